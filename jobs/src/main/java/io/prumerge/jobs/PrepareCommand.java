package io.prumerge.jobs;

import io.prumerge.Preparation;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prepare}. */
@Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
final class PrepareCommand implements Callable<Integer> {

  /** The benchmarks that the help text lists. */
  private static final class BenchmarkNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Benchmarks.names().iterator();
    }
  }

  /** The prompts that the help text lists. */
  private static final class PromptNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return PromptProfile.names().iterator();
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "NAME",
      completionCandidates = BenchmarkNames.class,
      description = {
        "One of: ${COMPLETION-CANDIDATES}.",
        "custom is any question file in LLaVA's form over a folder of images."
      })
  private Benchmark benchmark;

  @Option(
      names = "--source",
      required = true,
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = {
        "The benchmark's official download, its folder in LLaVA's playground/data/eval, or its",
        "Hugging Face Parquet files; which of them it is, is found out by looking."
      })
  private List<String> sources;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Which split, where the files hold several; default the one usually asked.")
  private String split;

  @Option(
      names = "--prompts",
      defaultValue = "llava",
      paramLabel = "NAME",
      completionCandidates = PromptNames.class,
      description = "How questions are worded: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private PromptProfile prompts;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At least N questions; images with their pairs and circles are kept whole.")
  private Integer limit;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the table.")
  private String output;

  @Override
  public Integer call() throws Exception {
    try (Sessions sessions = Sessions.of("prepare")) {
      Preparation preparation =
          Preparation.of(sessions::session)
              .benchmark(benchmark.name())
              .sources(sources)
              .prompts(prompts.name())
              .output(output)
              .console(Console.of(spec.commandLine()));
      if (split != null) {
        preparation.split(split);
      }
      if (limit != null) {
        preparation.limit(limit);
      }
      preparation.run();
    }
    return ExitCode.DONE;
  }
}
