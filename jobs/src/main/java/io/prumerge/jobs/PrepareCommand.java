package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.PromptProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prepare}. */
@Command(name = "prepare", description = "Turns a benchmark's files into an examples table.")
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--benchmark",
      required = true,
      paramLabel = "NAME",
      converter = BenchmarkConverter.class,
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
      converter = PromptConverter.class,
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
    PrepareOptions options =
        new PrepareOptions(
            benchmark,
            sources,
            Optional.ofNullable(split),
            prompts,
            limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
            output);
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("prepare")) {
      new Prepare(sessions.session(), console).run(options);
    }
    return ExitCode.DONE;
  }
}
