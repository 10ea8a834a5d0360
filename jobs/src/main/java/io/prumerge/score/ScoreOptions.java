package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import java.util.List;
import java.util.Locale;
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
public record ScoreOptions(
    Benchmark benchmark,
    List<String> answers,
    List<String> sources,
    Optional<String> split,
    String profile,
    Optional<String> output,
    Optional<String> export,
    Optional<JudgeOptions> judge) {

  /** The split's name in tables, as {@code prepare} gives it. */
  String splitName() {
    return split.orElseGet(benchmark::defaultSplit);
  }

  public ScoreOptions {
    answers = List.copyOf(answers);
    sources = List.copyOf(sources);
    if (!benchmark.profiles().contains(profile)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Unknown profile '%s' of %s; known: %s",
              profile,
              benchmark.name(),
              String.join(", ", benchmark.profiles())));
    }
    if (export.isPresent() && benchmark.submission().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s: %s has no submission format; benchmarks that have one: %s",
              Setting.EXPORT,
              benchmark.name(),
              Benchmarks.names().stream()
                  .filter(name -> Benchmarks.named(name).submission().isPresent())
                  .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && benchmark.judging().isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s: %s is scored by rules; benchmarks that are judged: %s",
              Setting.JUDGE,
              benchmark.name(),
              Benchmarks.names().stream()
                  .filter(name -> Benchmarks.named(name).judging().isPresent())
                  .collect(Collectors.joining(", "))));
    }
    if (judge.isPresent() && output.isEmpty() && export.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s needs %s DIR: every reply is kept beside it, because replies are paid for",
              Setting.JUDGE, Setting.OUTPUT));
    }
  }
}
