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

/** {@code prepare}: turns a benchmark's files into an examples table. */
@Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
final class PrepareCommand implements Callable<Integer> {

  /** The benchmarks in the help text. */
  private static final class BenchmarkNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Benchmarks.names().iterator();
    }
  }

  /** The prompt profiles in the help text. */
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
        "custom reads any question file in LLaVA's form and a folder of images."
      })
  private Benchmark benchmark;

  @Option(
      names = "--source",
      required = true,
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = {
        "The benchmark's official download, its folder in LLaVA's playground/data/eval, or its",
        "Hugging Face Parquet files; the format is detected."
      })
  private List<String> sources;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Split to use if the files hold several; default: the benchmark's usual one.")
  private String split;

  @Option(
      names = "--prompts",
      defaultValue = "llava",
      paramLabel = "NAME",
      completionCandidates = PromptNames.class,
      description =
          "Prompt profile, which words the questions: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private PromptProfile prompts;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Stop after N questions, or slightly more: an image keeps all its questions.")
  private Integer limit;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for the table.")
  private String output;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, () -> "prepare " + benchmark.name())) {
      Preparation preparation =
          Preparation.of(sessions::session)
              .benchmark(benchmark.name())
              .sources(sources)
              .prompts(prompts.name())
              .output(output)
              .console(console);
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
