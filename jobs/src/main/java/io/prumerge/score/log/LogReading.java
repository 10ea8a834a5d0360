package io.prumerge.score.log;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.source.LeftOutRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was read of the logs of one set of answers.
 *
 * @param counts what became of their rows
 * @param notes sentences that have to be said of the answers
 * @param model that answered, as the logs or their folder call it
 * @param settings of the tool's run, by its own names, and the {@code form} of its files
 * @param unread rows that cannot be read
 */
public record LogReading(
    LogCounts counts,
    List<String> notes,
    Optional<String> model,
    Map<String, String> settings,
    LeftOutRows unread) {

  public LogReading {
    notes = List.copyOf(notes);
    settings = Map.copyOf(settings);
  }

  /** The setting that says who judged answers. */
  static final String JUDGE = "judge";

  /** What VLMEvalKit calls no judge. */
  static final String NO_JUDGE = "exact_matching";

  /** Returns the tool's name. */
  public String tool() {
    return settings.getOrDefault(LogFiles.FORM, "");
  }

  /** Returns the profile that scores as the tool does without a judge, else the benchmark's own. */
  public String profile(Benchmark benchmark) {
    return benchmark.profiles().contains(tool()) && benchmark.judging(tool()).isEmpty()
        ? tool()
        : benchmark.profiles().get(0);
  }

  /** Returns whether a language model gave the log's scores. */
  public boolean isJudged() {
    return !settings.getOrDefault(JUDGE, NO_JUDGE).equals(NO_JUDGE);
  }

  /** Returns whether each question was asked several times. */
  public boolean isRepeated() {
    return !settings.getOrDefault(LmmsEvalResults.REPEATS, "1").equals("1");
  }
}
