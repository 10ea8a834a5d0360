package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.run.OwnScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guides of {@code jobs/guides}. Their blocks {@code sh} and {@code python} run in order, in a
 * folder that has the repository's {@code conf}. Blocks with a further word, such as {@code sh
 * cluster} or {@code sh server}, need what it says, and are only parsed, by {@link
 * ReferenceCommandTest}.
 */
class GuidesTest {

  private static final Path ROOT = PageCommands.ROOT;
  private static final int MOST_WORDS = 700;
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  /** Numbers of clips in commands of guides; here they have a clip of each kind. */
  private static final Pattern CLIPS = Pattern.compile("(mini --video .*--images) \\d+");

  /** The script of the guide about own methods, which torch would write from its Python. */
  private static final String SCRIPT = "own.pt";

  @TempDir private Path folder;

  static List<Path> guides() throws IOException {
    return PageCommands.pagesBelow(ROOT.resolve("jobs/guides"));
  }

  @ParameterizedTest
  @MethodSource("guides")
  void areShortAndBeginWithACommand(Path guide) throws IOException {
    assertThat(Files.readString(guide).strip().split("\\s+")).hasSizeLessThanOrEqualTo(MOST_WORDS);
    assertThat(PageCommands.blocks(guide).get(0).info()).isEqualTo("sh");
  }

  @ParameterizedTest
  @MethodSource("guides")
  void showJavaThatTestsRun(Path guide) throws IOException {
    String code =
        Files.readString(ROOT.resolve("jobs/src/test/java/io/prumerge/ApiExamples.java"))
            .replace("\n    ", "\n");
    assertThat(PageCommands.blocks(guide))
        .filteredOn(block -> block.info().equals("java"))
        .allSatisfy(block -> assertThat(code).contains(block.text()));
  }

  /** Spark's default there is a Derby database in the working folder. */
  @ParameterizedTest
  @MethodSource("guides")
  void callSparkSqlWithoutAMetastore(Path guide) throws IOException {
    assertThat(PageCommands.blocks(guide))
        .filteredOn(block -> block.text().startsWith("spark-sql "))
        .allSatisfy(
            block ->
                assertThat(block.text())
                    .contains("--conf spark.sql.catalogImplementation=in-memory"));
  }

  @ParameterizedTest
  @MethodSource("guides")
  @Tag("process")
  @Tag("slow")
  void runInOrder(Path guide) throws IOException, InterruptedException {
    Files.createSymbolicLink(folder.resolve("conf"), ROOT.resolve("conf"));
    OwnScript.write(folder.resolve(SCRIPT), "class_attention", OwnScript.FASTERVLM);
    writeLauncher(folder.resolve("bin/prumerge-spark"));
    writeLauncher(installedWheel().resolve("bin/prumerge-spark"));
    boolean python = run("import pyarrow, pandas", PYTHON, "-") == 0;

    String script =
        PageCommands.blocks(guide).stream()
            .map(block -> runnable(block, python))
            .collect(Collectors.joining("\n", "set -e\n", ""));

    assertThat(run(script, "bash", "-v")).as(() -> guide.getFileName() + ": " + printed()).isZero();
  }

  /** Writes a program that runs this code, in a JVM of its own. */
  private static void writeLauncher(Path program) throws IOException {
    Files.createDirectories(program.getParent());
    Files.writeString(
        program,
        "#!/bin/sh\nexec '%s/bin/java' '@%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"\n"
            .formatted(
                System.getProperty("java.home"),
                ROOT.resolve("conf/jvm.options"),
                System.getProperty("java.class.path"),
                Main.class.getName()));
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
      case "sh" -> CLIPS.matcher(block.text()).replaceAll("$1 4");
      case "python" -> python ? "'" + PYTHON + "' - <<'END'\n" + block.text() + "END\n" : "";
      default -> "";
    };
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
