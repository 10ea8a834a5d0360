package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.ExitCode;
import io.prumerge.finetune.FinetuneFile;
import io.prumerge.settings.sweep.ShippedSweeps;
import io.prumerge.settings.sweep.SweepFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of {@code conf/sweeps} in a folder without them, where the launcher names them. */
class InitSweepTest {

  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");

  @TempDir private Path folder;

  /** Copies each shipped file, in a JVM of its own: its folder and environment are a user's. */
  static final class Copies {

    private Copies() {}

    /** Prints what each file and its copy below the folder {@code mine} read. */
    public static void main(String[] arguments) throws IOException {
      for (String name : ShippedSweeps.NAMES) {
        String copy = "mine/" + name;
        CommandLineRun run = CommandLineRun.of("init-sweep", name, "--output", copy);
        System.out.print(run.err() + run.out());
        System.out.println(name + " " + read(name));
        System.out.println(copy + " " + read(copy));
      }
    }

    private static String read(String file) throws IOException {
      Path path = Path.of(file);
      if (path.endsWith("finetune.yaml")) {
        FinetuneFile sweep = FinetuneFile.read(path);
        return sweep.options().toString() + sweep.recipes() + sweep.examples();
      }
      SweepFile sweep = SweepFile.read(path);
      return sweep.models().toString() + sweep.examples() + sweep.methods();
    }
  }

  private List<String> lines() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Copies.class.getName());
    builder.environment().put("PRUMERGE_CONF", CONF.toString());
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  @Tag("process")
  void aCopyReadsWhatTheShippedFileReads() throws IOException, InterruptedException {
    List<String> lines = lines();
    String here = folder.toRealPath().toString();

    for (String name : ShippedSweeps.NAMES) {
      String shipped = after(name + " ", lines);
      assertThat(lines).contains("Copied " + name + "; look at mine/" + name);
      assertThat(after("mine/" + name + " ", lines)).isEqualTo(shipped);
      assertThat(shipped)
          .contains(CONF.resolve("mini-llava").toString())
          .contains("file:" + here + "/prumerge-out/demo/examples/");
      assertThat(Files.readString(folder.resolve("mine/" + name)))
          .doesNotContain("conf/sweeps")
          .contains("../prumerge-out/demo/examples/");
    }
    assertThat(Files.readString(folder.resolve("mine/paper.yaml")))
        .contains("#   sweep mine/paper.yaml --dry-run")
        .contains("  - ../conf/mini-llava+../conf/mini-llava-prumerge ");
  }

  private static String after(String start, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(lines.toString()));
  }

  @Test
  void theNamesAreThoseOfTheFolder() throws IOException {
    try (Stream<Path> files = Files.list(CONF.resolve("sweeps"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(ShippedSweeps.NAMES);
    }
  }

  private static void refuses(String line, String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.problems()).singleElement().asString().startsWith("prumerge-spark: " + line);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void refusesOtherNamesAndPlaces() throws IOException {
    Path there = Files.createFile(folder.resolve("there.yaml"));

    refuses(
        "Unknown sweep 'papers.yaml'; known: documents.yaml, finetune.yaml, grids.yaml, k.yaml,"
            + " leaderboard.yaml, paper.yaml, ratio.yaml, search.yaml; did you mean paper.yaml?",
        "init-sweep",
        "papers.yaml",
        "--output=own.yaml");
    refuses(
        "--output " + there + " exists already", "init-sweep", "paper.yaml", "--output=" + there);
    refuses("A sweep file ends with .yaml: own.yaml", "init-sweep", "paper.yaml", "--output=own");
    refuses(
        "--output s3a://b/own.yaml names a file system",
        "init-sweep",
        "paper.yaml",
        "--output=s3a://b/own.yaml");
    refuses(
        "The sweep file " + folder.resolve("own.yaml") + " would not be below ",
        "init-sweep",
        "paper.yaml",
        "--output=" + folder.resolve("own.yaml"));
    refuses(
        "No sweep file papers.yaml here; did you mean paper.yaml?",
        "sweep",
        "papers.yaml",
        "--dry-run");
    assertThat(folder.resolve("own.yaml")).doesNotExist();
  }
}
