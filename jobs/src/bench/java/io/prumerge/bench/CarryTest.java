package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that {@code notebooks/bench/carry.py} makes for a bare GPU host, used on this one. */
@Tag("slow")
class CarryTest {

  private static final Path SCRIPT =
      Path.of(System.getProperty("project.root")).resolve("notebooks/bench/carry.py");
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  @TempDir Path temp;

  private record Run(int code, String output) {}

  @BeforeEach
  void needsTorch() throws Exception {
    assumeTrue(
        run(temp, List.of("-c", "import torch")).code == 0,
        "no Python with torch; name one by the environment variable PYTHON");
  }

  @Test
  void carriesAllThatTheAcceptanceNeedsInLessThan60Megabytes() throws Exception {
    Path folder = temp.resolve("carried");

    Run carried =
        run(
            temp,
            List.of(
                SCRIPT.toString(),
                folder.toString(),
                "--classpath=" + System.getProperty("java.class.path")));
    assertThat(carried.code).as(carried.output).isZero();
    assertThat(carried.output).matches("(?s).*: [1-5]\\d\\.\\d MB\\. On the host: .*");

    Run accepted =
        run(
            folder,
            List.of(
                "accept.py",
                "--device=cpu",
                "--shape=tiny",
                "--minutes=0",
                "--only=agreement,roofline"));
    assertThat(accepted.code).as(accepted.output).isZero();
    assertThat(accepted.output)
        .contains("fp32 answers equal to the CPU's in fp32 | mini-llava | 1.000")
        .contains("share of the roofline, long answers, prumerge");
    assertThat(folder.resolve("work/results.json")).isNotEmptyFile();
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Files.writeString(
        temp.resolve("accept.py"), Files.readString(SCRIPT.resolveSibling("accept.py")));
    assertThat(run(temp, List.of("accept.py")).output.strip())
        .startsWith("Cannot find lib next to")
        .hasLineCount(1);
    assertThat(run(temp, List.of(SCRIPT.toString(), temp.toString())).output.strip())
        .startsWith("Cannot write to")
        .endsWith("it is not empty");
    Run none =
        run(temp, List.of(SCRIPT.toString(), temp.resolve("out").toString(), "--classpath=x.jar"));
    assertThat(none.code).isEqualTo(1);
    assertThat(none.output).contains("Cannot find on the class path: api, gson,");
  }

  /** Without what this JVM says to its engine: the host has none of it. */
  private Run run(Path folder, List<String> arguments) throws IOException, InterruptedException {
    File log = temp.resolve("run.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(PYTHON), arguments.stream()).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int code = builder.start().waitFor();
    return new Run(code, Files.readString(log.toPath()));
  }
}
