package io.prumerge.benchmark.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A file of random questions, and what the plainest reader makes of it: it has all rows in memory
 * as they were written, and decides then.
 *
 * @param file that holds them
 * @param rows that are whole, by column; what is null or missing has no value
 * @param broken rows that no reader can take apart
 * @param columns that the file has
 */
record GeneratedTable(Path file, List<Map<String, Object>> rows, int broken, List<String> columns) {

  static final List<String> FORMATS =
      List.of(",.csv", ";.csv", ".tsv", ".jsonl", ".json", "data.json", ".parquet");

  private static final List<Integer> SIZES = List.of(0, 1, 2, 99, 100, 101, 102);
  private static final List<String> ALL = List.of("id", "question", "answer", "kind");
  private static final List<String> TEXTS =
      List.of(
          "plain",
          "a, b",
          "a; b",
          "say \"yes\"",
          "'",
          "two\nlines",
          " led",
          "ärger 中",
          "NA",
          "null");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes a file.
   *
   * @param start the first id
   */
  static GeneratedTable written(Path folder, int number, String format, int start, Random random)
      throws IOException {
    List<String> columns = new ArrayList<>(ALL);
    if (random.nextInt(8) == 0) {
      columns.remove(2 + random.nextInt(2));
    }
    int size = SIZES.get(random.nextInt(SIZES.size()));
    int late = random.nextInt(4) == 0 && size > 0 ? random.nextInt(size) : 0;
    boolean numbers = random.nextBoolean();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", numbers ? (Object) (long) (start + i) : "q" + (start + i));
      row.put("question", random.nextInt(10) == 0 ? null : text(random));
      row.put("answer", random.nextInt(5) == 0 ? null : numbers ? (Object) (long) i : text(random));
      if (i >= late) {
        row.put("kind", number % 2 == 1 ? (Object) (long) (i % 3) : "k" + i % 3);
      }
      row.keySet().retainAll(columns);
      rows.add(row);
    }
    Path file = folder.resolve("t" + number + format.substring(format.indexOf('.')));
    int broken =
        format.endsWith(".parquet")
            ? parquet(file, columns, rows, numbers, number % 2 == 1)
            : format.endsWith("sv")
                ? cells(
                    file, format.endsWith(".tsv") ? '\t' : format.charAt(0), columns, rows, random)
                : json(file, format, rows, random);
    return new GeneratedTable(file, rows, broken, columns);
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static int cells(
      Path file,
      char separator,
      List<String> columns,
      List<Map<String, Object>> rows,
      Random random)
      throws IOException {
    StringBuilder text = new StringBuilder();
    line(text, separator, columns);
    int broken = 0;
    for (Map<String, Object> row : rows) {
      if (random.nextInt(40) == 0) {
        broken++;
        line(
            text,
            separator,
            random.nextBoolean() ? List.of("1") : List.of("1", "2", "3", "4", "5", "6"));
      }
      List<String> cells = new ArrayList<>();
      columns.forEach(
          column -> cells.add(row.get(column) == null ? "" : row.get(column).toString()));
      line(text, separator, cells);
    }
    Files.writeString(file, text);
    return broken;
  }

  private static void line(StringBuilder text, char separator, List<String> cells) {
    text.append(
            cells.stream()
                .map(
                    cell ->
                        cell.indexOf(separator) >= 0 || cell.contains("\"") || cell.contains("\n")
                            ? '"' + cell.replace("\"", "\"\"") + '"'
                            : cell)
                .collect(Collectors.joining(String.valueOf(separator))))
        .append('\n');
  }

  private static int json(Path file, String format, List<Map<String, Object>> rows, Random random)
      throws IOException {
    List<String> objects = new ArrayList<>();
    int broken = 0;
    for (Map<String, Object> row : rows) {
      if (random.nextInt(40) == 0) {
        broken++;
        objects.add(format.equals(".jsonl") ? "{\"id\": 1, " : "7");
      }
      objects.add(object(row, random.nextBoolean()));
    }
    String array = "[" + String.join(",\n", objects) + "]";
    Files.writeString(
        file,
        switch (format) {
          case ".jsonl" -> String.join("\n", objects) + (random.nextBoolean() ? "\n" : "");
          case ".json" -> array;
          default -> "{\"version\": \"1\", \"data\": " + array + "}";
        });
    return broken;
  }

  /** Leaves nulls out, or writes them. */
  private static String object(Map<String, Object> row, boolean nulls) {
    Map<String, Object> written = new LinkedHashMap<>(row);
    if (!nulls) {
      written.values().removeIf(value -> value == null);
    }
    try {
      return JSON.writeValueAsString(written);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int parquet(
      Path file,
      List<String> columns,
      List<Map<String, Object>> rows,
      boolean numbers,
      boolean numberedKinds)
      throws IOException {
    StringBuilder fields = new StringBuilder();
    for (String column : columns) {
      boolean number =
          column.equals("kind") ? numberedKinds : numbers && !column.equals("question");
      fields.append("optional ").append(number ? "int64 " : "binary ").append(column);
      fields.append(number ? "; " : " (STRING); ");
    }
    try (ParquetFixture table =
        rows.size() % 2 == 0
            ? ParquetFixture.compressed(file, fields.toString())
            : ParquetFixture.smallGroups(file, fields.toString())) {
      for (Map<String, Object> row : rows) {
        table.row(
            group ->
                row.forEach(
                    (column, value) -> {
                      if (value instanceof Long number) {
                        group.add(column, number);
                      } else if (value != null) {
                        group.add(column, value.toString());
                      }
                    }));
      }
    }
    return 0;
  }

  /**
   * Renames the file.
   *
   * @param name pattern of its number and that of all files
   */
  GeneratedTable renamed(String name, int all) {
    int number = Character.digit(file.getFileName().toString().charAt(1), 10);
    Path other = file.resolveSibling(String.format(Locale.ROOT, name, number, all));
    try {
      Files.move(file, other);
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new GeneratedTable(other, rows, broken, columns);
  }

  /** Returns the questions as lines of id, question, answers and category. */
  List<String> questions() {
    return rows.stream()
        .filter(row -> row.get("question") != null)
        .map(
            row ->
                row.get("id")
                    + "|"
                    + row.get("question")
                    + "|"
                    + (row.get("answer") == null ? "[]" : "[" + row.get("answer") + "]")
                    + "|"
                    + (row.get("kind") == null ? "default" : row.get("kind")))
        .toList();
  }

  /** Returns whether the values of a column are of one type in all files. */
  static boolean areOfOneType(List<GeneratedTable> tables) {
    return ALL.stream()
        .allMatch(
            column ->
                tables.stream()
                        .flatMap(table -> table.rows.stream())
                        .map(row -> row.get(column))
                        .filter(Objects::nonNull)
                        .map(Object::getClass)
                        .distinct()
                        .count()
                    < 2);
  }

  int leftOut() {
    return broken + rows.size() - questions().size();
  }

  int all() {
    return broken + rows.size();
  }

  /** Returns whether a reader may refuse the file: most is wrong, or a column is in no row. */
  boolean mayBeRefused() {
    boolean text = !file.toString().matches(".*json.?");
    return 2 * leftOut() > all()
        || (text
            ? !columns.containsAll(ALL)
            : !ALL.stream()
                .allMatch(column -> rows.stream().anyMatch(row -> row.get(column) != null)));
  }
}
