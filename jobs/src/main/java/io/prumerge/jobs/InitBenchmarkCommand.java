package io.prumerge.jobs;

import io.prumerge.benchmark.file.InitialBenchmark;
import io.prumerge.benchmark.file.WrittenBenchmark;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.RequiredSettings;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code init-benchmark}: writes the file of a benchmark for a user's own data, or a copy. */
@Command(
    name = "init-benchmark",
    description =
        "Looks at a table of questions and writes the YAML file of a benchmark, with its guesses, that runs as it is; or copies a published benchmark's.")
final class InitBenchmarkCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description =
          "Questions: .csv, .tsv, .jsonl, .json or .parquet files, a folder of them, hf:ORG/NAME from Hugging Face's cache, table:NAME of Spark's catalog, or {format: csv, path: DIR} for Spark's reader, whose options are tried and written.")
  private List<String> data = List.of();

  @Option(
      names = "--images",
      arity = "1..*",
      paramLabel = "DIR",
      description =
          "Folders of pictures or frames that the data name; left out: the data hold them.")
  private List<String> images = List.of();

  @Option(
      names = "--like",
      paramLabel = "NAME",
      completionCandidates = Published.class,
      description =
          "In place of --data: the published benchmark whose file is copied, to be changed, under a name made of --output's: ${COMPLETION-CANDIDATES}.")
  private String like;

  @Mixin
  private final GivenOption<String> output =
      GivenOption.text(Setting.OUTPUT)
          .required()
          .help("FILE", "A new file, which ends with .yaml.");

  @Override
  public Integer call() throws IOException {
    new RequiredSettings()
        .require(like != null || !data.isEmpty(), Setting.DATA, Setting.LIKE)
        .check();
    if (like != null && !(data.isEmpty() && images.isEmpty())) {
      throw new UsageException(
          "Give --like, or --data and --images, not both: a copy reads the data set that it names, or what --source names when it is used");
    }
    Console console = Console.of(spec.commandLine());
    if (like == null) {
      guess(console);
    } else {
      String name = InitialBenchmark.copy(like, output.get(), Folders.withoutSpark(console));
      console.out().println("Copied " + like + " as " + name + "; look at " + output.get());
    }
    return ExitCode.DONE;
  }

  private void guess(Console console) throws IOException {
    WrittenBenchmark written;
    try (Sessions sessions =
        Sessions.of(console, () -> "init-benchmark " + Sessions.name(output.get()))) {
      written =
          new InitialBenchmark(Folders.withoutSpark(console), sessions::session)
              .write(data, images, output.get());
    }
    String questions = Texts.count(written.questions(), "question");
    console.out().println(questions + " can be read; look at " + output.get());
    written.doubts().forEach(doubt -> console.out().println("Not sure: " + doubt));
    written.frames().ifPresent(how -> console.out().println(how.onCommandLine()));
    written.warnings().forEach(what -> console.warn("%s", what));
  }

  /** The names that can be copied, for help and completion. */
  private static final class Published implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return InitialBenchmark.copied().iterator();
    }
  }
}
