package io.prumerge.run.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that name a benchmark in place of examples. */
@Tag("spark")
class ExamplesCacheTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  private CommandLineRun evaluate(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                MODEL,
                "--device",
                "cpu",
                "--max-new-tokens",
                "2",
                "--method",
                "none",
                "--output",
                folder.resolve(output).toString()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private List<String> prepared() throws IOException {
    Path cache = folder.resolve("prepared");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> tables = Files.list(cache)) {
      return tables.map(table -> table.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> counted(CommandLineRun run) {
    return run.err().lines().filter(line -> line.startsWith("Counted ")).toList();
  }

  @Test
  void aBenchmarkIsPreparedOnceForEachStateOfItsSourceAndOfAllIfAllAreAsked() throws IOException {
    Path pope = folder.resolve("pope");
    DogsAndCats.drawn(pope, 2);
    String[] all = {"--benchmark", "pope", "--source", pope.toString()};
    String[] one = with(with(all, "--limit"), "1");

    CommandLineRun planned = evaluate("one", with(one, "--dry-run"));
    assertThat(planned.code()).as(planned.err()).isZero();
    assertThat(planned.err()).contains("pope is not prepared yet: its data are read for the plan");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(pope);
    }

    CommandLineRun first = evaluate("one", one);
    List<String> few = asked("one", first);
    assertThat(counted(first)).singleElement().asString().startsWith("Counted 4 rows");
    assertThat(first.err()).contains("2 beyond the limit; 1 picture: 1 found");
    assertThat(prepared())
        .singleElement()
        .asString()
        .matches("pope-test-llava-first1-[0-9a-f]{16}\\.examples");

    List<String> whole = asked("all", evaluate("all", all));
    assertThat(prepared()).as("that of some is not that of all").hasSize(2);
    assertThat(whole).hasSize(4).startsWith(few.toArray(String[]::new));
    CommandLineRun again = evaluate("one", with(one, "--resume"));
    assertThat(again.out()).as(again.err()).contains("Prepared before: ", "is complete");

    CommandLineRun two = evaluate("two", with(with(all, "--limit"), "2"));
    assertThat(two.out()).contains("Prepared before: ");
    assertThat(counted(two)).singleElement().asString().startsWith("Counted pope/test: 4 rows");
    assertThat(asked("two", two)).isEqualTo(whole.subList(0, 2));
    assertThat(prepared()).as("none of two questions").hasSize(2);

    askOfCows(pope);
    CommandLineRun changed = evaluate("one", with(one, "--resume"));
    assertThat(changed.code()).isEqualTo(ExitCode.USAGE);
    assertThat(changed.err())
        .contains(
            "with other questions: since pope was prepared for it, ", "no file there is newer");
    assertThat(prepared()).as("refused before").hasSize(2);
    assertThat(evaluate("anew", one).code()).isZero();
    assertThat(prepared()).as("other bytes, another table").hasSize(3);
  }

  /** Corrects questions and labels as an archive does: neither lengths nor times change. */
  private static void askOfCows(Path pope) throws IOException {
    try (Stream<Path> files = Files.walk(pope)) {
      for (Path file : files.filter(one -> one.toString().matches(".*\\.jsonl?")).toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, Files.readString(file).replace("dog", "cow"));
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private List<String> asked(String output, CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
    return LocalSpark.session()
        .read()
        .parquet(folder.resolve(output).resolve("predictions").toString())
        .orderBy("image_id", "question_id")
        .selectExpr("question_id")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void aModelThatIsNotThereIsSaidBeforeAnythingIsPrepared() throws IOException {
    Path pope = folder.resolve("pope");
    DogsAndCats.drawn(pope, 1);

    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            folder.resolve("none").toString(),
            "--method",
            "none",
            "--benchmark",
            "pope",
            "--source",
            pope.toString(),
            "--output",
            folder.resolve("run").toString());

    assertThat(run.err()).contains("there is no such folder");
    assertThat(prepared()).isEmpty();
  }

  private static String[] with(String[] arguments, String more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --benchmark pope vqav                      | did you mean vqav2?
          --benchmark pope pope                      | A --benchmark is given twice
          --source x                                 | --source, --split, --prompts, --source-fps and --examples-cache go with --benchmark only
          --benchmark pope mme vqav2 --source x y    | there are 2 for 3; name each as in pope=x
          --benchmark pope --source mme=x            | --source mme=x is of no named --benchmark
          --benchmark seed                           | seed has no known data set on the hub: give its files by --source
          --benchmark pope mme --source pope=x mme=y | --source x does not exist
          --benchmark pope --examples x              | Give --examples or --benchmark, not both
          ''                                         | --benchmark and --examples are missing: give one of them
          """)
  void refusesWhatDoesNotFit(String arguments, String reason) {
    CommandLineRun run =
        evaluate("run", arguments.isBlank() ? new String[0] : arguments.split(" "));

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems()).singleElement().asString().contains(reason);
  }

  @Test
  void aDataSetOfThePaperHasItsCommand() {
    CommandLineRun run = evaluate("run", "--benchmark", "vqav2");

    assertThat(run.problems())
        .singleElement()
        .asString()
        .contains("Cannot prepare vqav2 without --source: hf:lmms-lab/VQAv2 is not in the")
        .endsWith(
            "download it: hf download --repo-type dataset lmms-lab/VQAv2 --include"
                + " 'data/validation-*'");
  }
}
