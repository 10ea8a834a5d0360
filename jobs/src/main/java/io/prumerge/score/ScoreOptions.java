package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The options of {@code score}.
 *
 * @param form of answer files, whatever they look like; empty = as they look like
 * @param split the only split to score; empty = all splits of the answers
 * @param profile one of the benchmark's
 * @param visualTokens file with the tokens of labelled answers, if any
 * @param output folder for tables, if any
 * @param export folder for submission files, if any
 * @param exportForm of these files
 * @param judge of answers that no rule can score, if any
 */
public record ScoreOptions(
    Benchmark benchmark,
    List<String> answers,
    Optional<AnswerForm> form,
    List<String> sources,
    Optional<String> split,
    String profile,
    Optional<String> visualTokens,
    Optional<String> output,
    Optional<String> export,
    ExportForm exportForm,
    Optional<JudgeOptions> judge) {

  public ScoreOptions {
    answers = List.copyOf(answers);
    sources = List.copyOf(sources);
    OptionChecks.requireText(Setting.SPLIT, split);
    TableSource.of(benchmark, sources); // refuses one that it cannot read
    if (!benchmark.profiles().contains(profile)) {
      throw new UsageException(
          Text.format(
              "Unknown profile '%s' of %s; known: %s%s",
              profile,
              benchmark.name(),
              String.join(", ", benchmark.profiles()),
              Unknown.suggestion(profile, benchmark.profiles())));
    }
    if (export.isPresent()
        && exportForm == ExportForm.SUBMISSION
        && benchmark.submission().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s: %s has no submission format; export it by %s %s, or one of the benchmarks that"
                  + " have one: %s",
              Setting.EXPORT,
              benchmark.name(),
              Setting.EXPORT_FORM,
              ExportForm.LMMS_EVAL,
              Benchmarks.KNOWN.names().stream()
                  .filter(name -> Benchmarks.KNOWN.named(name).submission().isPresent())
                  .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && benchmark.judging(profile).isEmpty()) {
      List<String> judged = judged(benchmark);
      throw new UsageException(
          judged.isEmpty()
              ? Wording.of(
                  "%s: %s is scored by rules; benchmarks that are judged: %s",
                  Setting.JUDGE,
                  benchmark.name(),
                  Benchmarks.KNOWN.names().stream()
                      .filter(name -> !judged(Benchmarks.KNOWN.named(name)).isEmpty())
                      .collect(Collectors.joining(", ")))
              : Wording.of(
                  "%s: the profile %s of %s is scored by rules; those that are judged: %s",
                  Setting.JUDGE, profile, benchmark.name(), String.join(", ", judged)));
    }
    if (judge.isPresent() && output.isEmpty() && export.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s needs %s DIR: every reply is kept next to it, because replies are paid for",
              Setting.JUDGE, Setting.OUTPUT));
    }
  }

  /** Returns the places of answers that may be runs, or tables of predictions. */
  public List<String> unlabelled() {
    return answers.stream().filter(one -> !LabelledAnswers.isLabelled(one)).toList();
  }

  private static List<String> judged(Benchmark benchmark) {
    return benchmark.profiles().stream()
        .filter(profile -> benchmark.judging(profile).isPresent())
        .toList();
  }

  /** Returns how answers are judged under the profile; empty if rules score them. */
  Optional<Judging> judging() {
    return benchmark.judging(profile);
  }
}
