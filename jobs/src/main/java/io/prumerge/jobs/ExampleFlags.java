package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.prepare.BenchmarkSettings;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The examples of the commands whose file names some too. */
final class ExampleFlags {

  @Option(
      names = "--examples",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables that prepare wrote, in place of the file's examples.")
  private List<String> folders = List.of();

  @Mixin private BenchmarkSettings benchmarks;

  void give(Evaluation evaluation) {
    evaluation.benchmarks(benchmarks);
    if (!folders.isEmpty()) {
      evaluation.examples(folders);
    }
  }
}
