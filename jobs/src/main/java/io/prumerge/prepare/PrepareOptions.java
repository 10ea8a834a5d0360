package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The settings of {@code prepare}.
 *
 * @param split the split to read if the files hold several, and its name in the table; empty = the
 *     benchmark's default
 * @param prompts wording of the questions
 * @param limit at least so many questions, images kept whole
 * @param order which come first under the limit
 * @param frames which are kept of videos
 */
public record PrepareOptions(
    Benchmark benchmark,
    List<String> sources,
    Optional<String> split,
    PromptProfile prompts,
    OptionalLong limit,
    LimitOrder order,
    FrameChoice frames,
    String output) {

  public PrepareOptions {
    sources = List.copyOf(sources);
    OptionChecks.requireText(Setting.SPLIT, split);
    TableSource.of(benchmark, sources); // refuses one that it cannot read
    OptionChecks.requirePositive(Setting.LIMIT, limit);
    frames.requireFitting(benchmark);
  }

  /**
   * Returns a benchmark's wording of the questions.
   *
   * @param name empty = the benchmark's default
   * @throws io.prumerge.console.UsageException naming the known ones
   */
  static PromptProfile prompts(Benchmark benchmark, Optional<String> name) {
    return OptionChecks.read(Setting.PROMPTS, name.orElse(""), text -> benchmark.prompts(name));
  }

  /** Returns these options for other source files and another table. */
  public PrepareOptions of(List<String> files, String table) {
    return new PrepareOptions(benchmark, files, split, prompts, limit, order, frames, table);
  }

  /** Returns these options for all questions. */
  public PrepareOptions whole() {
    return new PrepareOptions(
        benchmark, sources, split, prompts, OptionalLong.empty(), order, frames, output);
  }

  /** Returns the split's name in the table. */
  public String splitName() {
    return split.orElseGet(benchmark::defaultSplit);
  }
}
