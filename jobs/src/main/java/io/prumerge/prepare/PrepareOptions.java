package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code prepare} is asked for.
 *
 * @param split which one, where the files hold several, and its name in the table; empty = the
 *     benchmark's usual one
 * @param prompts how questions are worded
 * @param limit at least so many questions, images kept whole
 */
public record PrepareOptions(
    Benchmark benchmark,
    List<String> sources,
    Optional<String> split,
    PromptProfile prompts,
    OptionalLong limit,
    String output) {

  public PrepareOptions {
    sources = List.copyOf(sources);
    OptionChecks.requirePositive(Setting.LIMIT, limit);
  }

  /** What the table calls it. */
  String splitName() {
    return split.orElseGet(benchmark::defaultSplit);
  }
}
