package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The notebooks as they are committed; {@link NotebooksIT} executes them. */
class NotebooksTest {

  private static final Path FOLDER = Path.of(System.getProperty("project.root"), "notebooks");

  private static final long MOST_BYTES = 1 << 20;

  static List<Path> all() throws IOException {
    return Notebook.of(FOLDER);
  }

  @ParameterizedTest
  @MethodSource("all")
  void wereExecutedInOneGoWithoutAnErrorOrAWarning(Path file) throws IOException {
    Notebook notebook = Notebook.read(file);

    assertThat(notebook.cells())
        .extracting(cell -> cell.path("execution_count").asInt())
        .isEqualTo(IntStream.rangeClosed(1, notebook.cells().size()).boxed().toList());
    assertThat(notebook.outputs())
        .isNotEmpty()
        .noneMatch(output -> output.path("output_type").asText().equals("error"))
        .noneMatch(output -> output.path("name").asText().equals("stderr"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void nameNoPlaceOfTheMachineTheyRanOn(Path file) throws IOException {
    assertThat(Notebook.read(file).outputs())
        .extracting(JsonNode::toString)
        .noneMatch(output -> output.matches("(?s).*(file:/|/home/|/root/|/tmp/|/work/|C:\\\\).*"));
    assertThat(file).satisfies(path -> assertThat(Files.size(path)).isLessThan(MOST_BYTES));
  }

  @Test
  void pinThePySparkOfTheWheel() throws IOException {
    List<String> pins = Files.readAllLines(FOLDER.resolve("requirements.txt"));

    String line = package$.MODULE$.SPARK_VERSION().replaceFirst("\\.\\d+$", ".*");
    assertThat(pins).contains("pyspark==" + line);
    assertThat(pins).allMatch(pin -> pin.isEmpty() || pin.startsWith("#") || pin.contains("=="));
  }
}
