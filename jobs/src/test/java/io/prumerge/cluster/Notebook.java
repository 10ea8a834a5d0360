package io.prumerge.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The code cells of a Jupyter notebook, in order. */
record Notebook(List<JsonNode> cells) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Notebook read(Path file) throws IOException {
    return new Notebook(
        elements(JSON.readTree(file.toFile()).path("cells"))
            .filter(cell -> cell.path("cell_type").asText().equals("code"))
            .toList());
  }

  /** Reads the notebooks of a folder, by name. */
  static List<Path> of(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  Stream<JsonNode> outputs() {
    return cells.stream().flatMap(cell -> elements(cell.path("outputs")));
  }

  /**
   * Returns, by cell, the kinds of the figures, tables and values in the output; printed text is
   * ignored.
   */
  List<List<String>> shown() {
    return cells.stream()
        .map(
            cell ->
                elements(cell.path("outputs"))
                    .filter(output -> output.has("data"))
                    .map(output -> names(output.path("data")).toString())
                    .toList())
        .toList();
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names.stream().sorted().toList();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
