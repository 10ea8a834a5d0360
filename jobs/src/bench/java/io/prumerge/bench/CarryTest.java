package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final String PYTHON = python();

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
                "--jre",
                "--answers=training",
                "--classpath=" + System.getProperty("java.class.path")));
    assertThat(carried.code).as(carried.output).isZero();
    assertThat(carried.output)
        .contains(" MB  lib\n", " MB  conf\n", " MB  jre.tar.xz\n", " MB  cpu-answers.json\n")
        .matches("(?s).*: [1-5]\\d\\.\\d MB\\. On the host: .*");

    Run accepted = accept(folder, withoutJava(), "--only=training,roofline");
    JsonNode results = results(folder);
    assertThat(accepted.code).as(accepted.output).isZero();
    assertThat(accepted.output).contains("training: ", "roofline: ", "\"missed\": []");
    assertThat(results.get("figures")).hasSize(13);
    assertThat(results.get("facts").get("java").asText()).startsWith("17");
    assertThat(results.get("missed")).isEmpty();

    Run stopped = accept(folder, Map.of(), "--only=noise,training", "--limit=30");
    assertThat(stopped.code).isEqualTo(1);
    assertThat(results(folder).get("missed")).hasSize(2);
    assertThat(results(folder).get("sections"))
        .extracting(section -> section.get("state").asText())
        .allMatch(state -> state.startsWith("stopped after ") || state.equals("no time left"));

    Run none = accept(folder, Map.of(), "--only=training,nothing");
    assertThat(none.code).isEqualTo(1);
    assertThat(none.output).contains("Cannot run nothing: the sections are agreement, ");
  }

  /** An environment in which no Java is found. */
  private Map<String, String> withoutJava() throws IOException {
    Path empty = Files.createDirectories(temp.resolve("empty"));
    return Map.of("JAVA_HOME", empty.toString(), "PATH", empty.toString());
  }

  private Run accept(Path folder, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("accept.py", "--device=cpu", "--shape=tiny", "--minutes=0"));
    arguments.addAll(List.of(options));
    return run(folder, environment, arguments);
  }

  private static JsonNode results(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("work/acceptance.json").toFile());
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
    assertThat(none.output).contains("Cannot find on the class path: api, commons-compress,");
  }

  // By its whole path, so that it is found without PATH.
  private static String python() {
    String command = System.getenv().getOrDefault("PYTHON", "python3");
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(command))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElse(command);
  }

  /** Without what this JVM says to its engine: the host has none of it. */
  private Run run(Path folder, List<String> arguments) throws IOException, InterruptedException {
    return run(folder, Map.of(), arguments);
  }

  private Run run(Path folder, Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    File log = temp.resolve("run.log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(PYTHON), arguments.stream()).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Run(code, Files.readString(log.toPath()));
  }
}
