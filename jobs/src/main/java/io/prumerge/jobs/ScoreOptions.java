package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code score} is asked for.
 *
 * @param split which one, where the source holds several; empty = the benchmark's usual one
 * @param profile one of the benchmark's
 * @param output where tables go, if anywhere
 * @param export where submission files go, if anywhere
 * @param judge who is asked about answers that no rule can score, if anybody
 */
record ScoreOptions(
    Benchmark benchmark,
    List<String> answers,
    List<String> sources,
    Optional<String> split,
    String profile,
    Optional<String> output,
    Optional<String> export,
    Optional<JudgeOptions> judge) {

  ScoreOptions {
    answers = List.copyOf(answers);
    sources = List.copyOf(sources);
    if (!benchmark.profiles().contains(profile)) {
      throw new UsageException(
          "Unknown profile '%s' of %s; known: %s"
              .formatted(profile, benchmark.name(), String.join(", ", benchmark.profiles())));
    }
    if (export.isPresent() && benchmark.submission().isEmpty()) {
      throw new UsageException(
          "--export: %s has no submission format; benchmarks that have one: %s"
              .formatted(
                  benchmark.name(),
                  Benchmarks.names().stream()
                      .filter(name -> Benchmarks.named(name).submission().isPresent())
                      .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && benchmark.judging().isEmpty()) {
      throw new UsageException(
          "--judge: %s is scored by rules; benchmarks that are judged: %s"
              .formatted(
                  benchmark.name(),
                  Benchmarks.names().stream()
                      .filter(name -> Benchmarks.named(name).judging().isPresent())
                      .collect(Collectors.joining(", "))));
    }
  }
}
