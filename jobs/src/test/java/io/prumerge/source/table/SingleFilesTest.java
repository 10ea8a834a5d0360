package io.prumerge.source.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Reading;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads single files that pandas, datasets and Python's csv and json wrote, and compares each cell
 * with what these read (make_single_file_goldens.py). Other files are given by {@code
 * -Dtables.single=FILE}.
 */
class SingleFilesTest {

  private static final Path FILES =
      Path.of(
          System.getProperty(
              "tables.single",
              Path.of(System.getProperty("project.root"), "jobs/src/test/resources/tables")
                  .resolve("single.json")
                  .toString()));

  @TempDir private Path folder;

  @Test
  void eachCellIsWhatTheFilesWriterReads() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (JsonNode file : new ObjectMapper().readTree(FILES.toFile())) {
      try {
        wrong.addAll(differences(file));
      } catch (RuntimeException e) {
        wrong.add(file.path("seed").textValue() + ": " + e);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private List<String> differences(JsonNode golden) throws IOException {
    Path file = folder.resolve(golden.path("name").textValue());
    Files.write(file, golden.path("file").binaryValue());
    JsonNode cells = golden.path("cells");
    List<Map<String, String>> expected = new ArrayList<>();
    cells
        .properties()
        .forEach(
            column -> {
              for (int i = 0; i < column.getValue().size(); i++) {
                if (expected.size() == i) {
                  expected.add(new LinkedHashMap<>());
                }
                expected.get(i).put(column.getKey(), column.getValue().get(i).toString());
              }
            });
    SourceFiles source = Reading.source(file);
    List<Map<String, String>> read = new ArrayList<>();
    Set<String> columns = expected.get(0).keySet();
    DataTable.open(
            source,
            "test",
            Optional.empty(),
            Charset.forName(golden.path("encoding").textValue()),
            fields -> true)
        .get(0)
        .read(
            columns,
            row -> {
              Map<String, String> values = new LinkedHashMap<>();
              int number = read.size();
              columns.forEach(
                  column ->
                      values.put(column, value(row, column, cells.path(column).path(number))));
              read.add(values);
            });
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      Map<String, String> one = i < read.size() ? read.get(i) : Map.of();
      for (String column : columns) {
        String right = expected.get(i).get(column);
        if (!right.equals(one.get(column))) {
          differences.add(
              "%s, %s, row %d, '%s': %s is read as %s; left out: %s"
                  .formatted(
                      golden.path("seed").textValue(),
                      golden.path("name").textValue(),
                      i,
                      column,
                      right,
                      one.get(column),
                      source.leftOut().reasons()));
        }
      }
    }
    return differences;
  }

  /** Returns a cell as the golden has it, whose form says how it is read. */
  private static String value(DataRow row, String column, JsonNode like) {
    ObjectMapper json = new ObjectMapper();
    if (like.has("pictures")) {
      return json.valueToTree(Map.of("pictures", pictures(row, column))).toString();
    }
    if (like.isArray()) {
      return json.valueToTree(row.textsOrEmpty(column)).toString();
    }
    return json.valueToTree(row.has(column) ? row.text(column).orElse(null) : null).toString();
  }

  private static List<String> pictures(DataRow row, String column) {
    List<String> pictures = new ArrayList<>();
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1 << 20, Reading.HADOOP)) {
      for (Optional<ImagePlace> place : row.images(column, false, "p")) {
        if (place.isPresent()) {
          pictures.add(Sha256.hex(reader.read(place.get()).orElseThrow()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pictures;
  }
}
