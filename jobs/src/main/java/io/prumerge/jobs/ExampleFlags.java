package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.plan.AskedExamples;
import io.prumerge.prepare.BenchmarkSettings;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The examples of the commands whose file names some too. */
final class ExampleFlags {

  @Mixin
  private final GivenOption<List<String>> folders =
      CommonOptions.examples("Tables that prepare wrote, in place of the file's examples.");

  @Mixin private BenchmarkSettings benchmarks;

  void give(EvaluationJob job) {
    job.benchmarks(benchmarks);
    if (!folders.get().isEmpty()) {
      job.examples(AskedExamples.in(folders.get()));
    }
  }
}
