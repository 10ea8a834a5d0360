package io.prumerge.jobs;

import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.TextTable;
import io.prumerge.console.UsageException;
import io.prumerge.store.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code list}: names that flags take, with facts about each, without Spark. */
@Command(
    name = "list",
    description =
        "Lists methods, benchmarks, families of models, hardware or scoring profiles, those of --jars included.")
final class ListCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "TOPIC",
      description = "methods, benchmarks, models, hardware or profiles.")
  private ListTopic topic;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "One of them, with its facts one below the other.")
  private String name;

  @Option(
      names = "--benchmarks",
      arity = "1..*",
      paramLabel = "DIR|FILE",
      description =
          "With benchmarks or profiles: also those that YAML files define, or all files of folders.")
  private List<String> files = List.of();

  @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec.commandLine());
    Listing<?> listing = asked(console);
    if (json.get()) {
      console.out().println(Json.write(Map.of("rows", listing.entries())));
    } else if (name != null) {
      TextTable.aligned(listing.facts(), 2).forEach(console.out()::println);
      listing.files().forEach(console.out()::println);
    } else {
      console.table(listing.table(), listing.brief());
    }
    return ExitCode.DONE;
  }

  private Listing<?> asked(Console console) throws IOException {
    if (!files.isEmpty() && topic != ListTopic.BENCHMARKS && topic != ListTopic.PROFILES) {
      throw new UsageException("--benchmarks goes with the topics benchmarks and profiles only");
    }
    Listing<?> all = topic.listing(NamedBenchmark.in(files, console));
    try {
      return name == null ? all : all.named(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
