package io.prumerge.jobs;

import io.prumerge.launch.EvaluationJob;
import io.prumerge.plan.AskedExamples;
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

  void give(EvaluationJob job) {
    job.benchmarks(benchmarks);
    if (!folders.isEmpty()) {
      job.examples(AskedExamples.in(folders));
    }
  }
}
