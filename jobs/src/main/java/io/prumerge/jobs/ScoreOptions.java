package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import java.util.List;
import java.util.Optional;

/**
 * What {@code score} is asked for.
 *
 * @param profile one of the benchmark's
 * @param output where tables go, if anywhere
 */
record ScoreOptions(
    Benchmark benchmark,
    List<String> answers,
    List<String> sources,
    String profile,
    Optional<String> output) {

  ScoreOptions {
    answers = List.copyOf(answers);
    sources = List.copyOf(sources);
    if (!benchmark.profiles().contains(profile)) {
      throw new UsageException(
          "Unknown profile '%s' of %s; known: %s"
              .formatted(profile, benchmark.name(), String.join(", ", benchmark.profiles())));
    }
  }
}
