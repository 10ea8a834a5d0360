package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What {@code prepare} is asked for.
 *
 * @param split which one, where the files hold several, and its name in the table; empty = the
 *     benchmark's usual one
 * @param prompts how questions are worded
 * @param limit at least so many questions, images kept whole
 */
record PrepareOptions(
    Benchmark benchmark,
    List<String> sources,
    Optional<String> split,
    PromptProfile prompts,
    OptionalLong limit,
    String output) {

  PrepareOptions {
    sources = List.copyOf(sources);
    requirePositive("--limit", limit);
  }

  /** What the table calls it. */
  String splitName() {
    return split.orElseGet(benchmark::defaultSplit);
  }

  static void requirePositive(String option, OptionalInt value) {
    requirePositive(
        option, value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty());
  }

  static void requirePositive(String option, OptionalLong value) {
    if (value.isPresent() && value.getAsLong() < 1) {
      throw new UsageException(
          "%s must be at least 1, it is %d".formatted(option, value.getAsLong()));
    }
  }
}
