package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.file.NamedBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code init-benchmark --like} writes and refuses. */
class InitBenchmarkCommandTest {

  @TempDir private Path folder;

  private CommandLineRun run(String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("init-benchmark"));
    arguments.addAll(List.of("--output", folder.resolve(output).toString()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void aCopyIsThePublishedFileUnderTheOutputsName() throws IOException {
    assertThat(run("receipts.yaml", "--like", "docvqa").code()).isZero();

    assertThat(folder.resolve("receipts.yaml"))
        .content()
        .startsWith(
            """
            # DocVQA (Mathew et al., 2021): questions about scanned documents.
            name: receipts
            data: "hf:lmms-lab/DocVQA"
            config: DocVQA
            split: validation
            layouts:
            """)
        .contains("\norientation: stored\n");
    assertThat(Files.list(folder)).as("no checksum, which would be wrong soon").hasSize(1);
  }

  @Test
  void whatTheFileIsNotSureOfIsSaid() throws IOException {
    Files.writeString(folder.resolve("v.csv"), "video,question,answer\na.mp4,Where?,5 km\n");
    CommandLineRun run = run("v.yaml", "--data", folder.resolve("v.csv").toString());

    assertThat(run.code()).isZero();
    List<String> comments =
        Files.readAllLines(folder.resolve("v.yaml")).stream()
            .filter(line -> line.startsWith("# Not sure: "))
            .map(line -> line.substring(2, line.length() - 1))
            .toList();
    assertThat(comments).hasSize(2);
    assertThat(run.out().lines()).containsAll(comments);
  }

  @ParameterizedTest
  @CsvSource({
    "docvqa.yaml, docvqa-own",
    "my docs.v2.yml, my-docs.v2",
    "no.yaml, no",
    "2026.yaml, 2026",
    "---.yaml, own"
  })
  void aCopysNameIsTheOutputsAndNoPublishedOne(String output, String name) {
    CommandLineRun run = run(output, "--like", "docvqa");

    assertThat(run.out()).startsWith("Copied docvqa as " + name + "; look at ");
    assertThat(NamedBenchmark.of(folder.resolve(output).toString()).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--like mme | --like: mme is no file but the class io.prumerge.benchmark.mme.MmeBenchmark; files are ai2d, chartqa, ",
        "--like custom | --like: custom is no file but the class ",
        "--like docvq | --like: Unknown benchmark that is a file 'docvq'; known: ai2d, ",
        "--like docvq | , video-mme, vizwiz; did you mean docvqa?",
        "--like @docs | --like: Unknown benchmark that is a file '@docs'; known: ai2d, ",
        "--like own.yaml | --like: own.yaml is a file already: copy it, and change the name in it",
        "--like docvqa --data a.csv | Give --like, or --data and --images, not both: a copy reads the data set that it names",
        "--like docvqa --images a | Give --like, or --data and --images, not both: ",
        "--images a | --data and --like are missing: give one of them",
      })
  void whatCannotBeCopiedIsRefused(String flags, String said) {
    CommandLineRun run = run("new.yaml", flags.split(" "));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("prumerge-spark: ").contains(said);
    assertThat(folder.resolve("new.yaml")).doesNotExist();
  }

  @Test
  void aCopyIsANewYamlFileWithANameOfABenchmark() throws IOException {
    Files.writeString(folder.resolve("there.yaml"), "mine");

    assertThat(run("there.yaml", "--like", "docvqa").err()).contains("exists already; name a new");
    assertThat(folder.resolve("there.yaml")).hasContent("mine");
    assertThat(run("new.json", "--like", "docvqa").err()).contains("file ends with .yaml");
    assertThat(run("a".repeat(70) + ".yaml", "--like", "docvqa").err())
        .contains(".yaml:2: name: 'aaa", "at most 64");
  }
}
