package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
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
      description = "pope, or custom: a question file in LLaVA's form over a folder of images.")
  private Benchmark benchmark;

  @Option(
      names = "--source",
      required = true,
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description = "The benchmark's files and folders.")
  private List<String> sources;

  @Option(names = "--split", paramLabel = "NAME", description = "Name of the split.")
  private String split;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At least N questions, images kept whole.")
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
            Optional.ofNullable(split).orElse(benchmark.defaultSplit()),
            limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
            output);
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("prepare")) {
      new Prepare(sessions.session(), console).run(options);
    }
    return ExitCode.DONE;
  }
}
