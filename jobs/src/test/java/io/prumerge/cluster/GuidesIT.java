package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.PageCommands;
import io.prumerge.run.OwnScript;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guides of {@code jobs/guides}: their blocks {@code sh} and {@code python} run in order, in a
 * folder that has the repository's {@code conf}. Blocks with a further word, such as {@code sh
 * cluster} or {@code sh server}, need what it says, and are not run.
 */
@Tag("process")
@Tag("slow")
class GuidesIT {

  private static final Path ROOT = PageCommands.ROOT;
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  /** The script of the guide about own methods, which torch would write from its Python. */
  private static final String SCRIPT = "own.pt";

  @TempDir private static Path work;
  private static Path folder;
  private static OneJvm jvm;

  /** Commands of all guides run in one JVM, which cannot change its folder. */
  @BeforeAll
  static void startJvm() throws IOException, InterruptedException {
    folder = Files.createDirectories(work.resolve("guide"));
    jvm = OneJvm.start(SparkHome.in(work), work, folder, Map.of());
  }

  @AfterAll
  static void stopJvm() {
    if (jvm != null) {
      jvm.close();
    }
  }

  /** Leaves the next guide an empty folder. */
  @AfterEach
  void putAside() throws IOException {
    Path aside = Files.createTempDirectory(work, "guide");
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path one : left) {
        Files.move(one, aside.resolve(one.getFileName()));
      }
    }
  }

  static List<Path> guides() throws IOException {
    return PageCommands.pagesBelow(ROOT.resolve("jobs/guides"));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void runInOrder(Path guide) throws IOException, InterruptedException {
    Files.createSymbolicLink(folder.resolve("conf"), ROOT.resolve("conf"));
    OwnScript.write(folder.resolve(SCRIPT), "class_attention", OwnScript.FASTERVLM);
    writeProgram(folder.resolve("bin/prumerge-spark"), jvm.program());
    writeProgram(installedWheel().resolve("bin/prumerge-spark"), jvm.program());
    boolean python = run("import pyarrow, pandas", PYTHON, "-") == 0;

    String script =
        PageCommands.blocks(guide).stream()
            .map(block -> runnable(block, python))
            .collect(Collectors.joining("\n", "set -e\n", ""));

    assertThat(run(script, "bash", "-v")).as(() -> guide.getFileName() + ": " + printed()).isZero();
  }

  private static void writeProgram(Path program, String text) throws IOException {
    Files.createDirectories(program.getParent());
    Files.writeString(program, text);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  /** Returns the folder of the wheel's package, as pip would install it. */
  private Path installedWheel() throws IOException {
    Path wheel = Files.createDirectories(folder.resolve("python/prumerge_spark"));
    try (var sources =
        Files.newDirectoryStream(ROOT.resolve("notebooks/python/prumerge_spark"), "*.py")) {
      for (Path source : sources) {
        Files.copy(source, wheel.resolve(source.getFileName()));
      }
    }
    return wheel;
  }

  private static String runnable(PageCommands.Block block, boolean python) {
    return switch (block.info()) {
      case "sh" -> withLess(block.text());
      case "python" -> python ? "'" + PYTHON + "' - <<'END'\n" + block.text() + "END\n" : "";
      default -> "";
    };
  }

  /** Returns commands with less of what takes long: nobody looks at what they find. */
  private static String withLess(String commands) {
    return commands
        .replaceAll("(mini --video .*--images) \\d+", "$1 4") // a clip of each kind
        .replaceAll("(mini --split .*--images) \\d+", "$1 12")
        .replaceAll("prumerge-spark demo", "$0 --images 8")
        .replaceAll("(--steps|--batch) \\d+", "$1 3");
  }

  /** Runs a program in the folder, with a text as its input, and returns its exit code. */
  private int run(String input, String... command) throws IOException, InterruptedException {
    Path text = Files.writeString(folder.resolve(".input"), input);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(text.toFile())
            .redirectOutput(folder.resolve(".printed").toFile());
    builder
        .environment()
        .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    builder.environment().put("PYTHONPATH", folder.resolve("python").toString());
    builder.environment().put("SPARK_HOME", folder.toString()); // the launcher here needs none
    return builder.start().waitFor();
  }

  private String printed() {
    try {
      return Files.readString(folder.resolve(".printed"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
