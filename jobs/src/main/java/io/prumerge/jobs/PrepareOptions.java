package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code prepare} is asked for.
 *
 * @param prompts how questions are worded
 * @param limit at least so many questions, images kept whole
 */
record PrepareOptions(
    Benchmark benchmark,
    List<String> sources,
    String split,
    PromptProfile prompts,
    OptionalLong limit,
    String output) {

  PrepareOptions {
    sources = List.copyOf(sources);
    requirePositive("--limit", limit);
  }

  static void requirePositive(String option, OptionalLong value) {
    if (value.isPresent() && value.getAsLong() < 1) {
      throw new UsageException(
          "%s must be at least 1, it is %d".formatted(option, value.getAsLong()));
    }
  }
}
