package io.prumerge.published;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.Setting;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.store.Yaml;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Figures as YAML, in the form of the {@code published.yaml} of every report's page: a table whose
 * columns are benchmarks' figures.
 *
 * @param sources the publications
 * @param remarks remarks about all figures
 * @param columns the benchmarks' figures, in the order of {@link Row#values}
 */
record PublishedYaml(
    List<String> sources, List<String> remarks, List<Column> columns, List<Row> rows) {

  PublishedYaml {
    sources = sources == null ? List.of() : List.copyOf(sources);
    remarks = remarks == null ? List.of() : List.copyOf(remarks);
    columns = filled("columns", columns);
    rows = filled("rows", rows);
  }

  private static <T> List<T> filled(String key, List<T> list) {
    if (list == null || list.isEmpty() || list.contains(null)) {
      throw new IllegalArgumentException(key + " must be a list of at least one element");
    }
    return List.copyOf(list);
  }

  /**
   * @param title the name in print
   */
  record Column(String benchmark, String metric, String split, String title) {

    Column {
      requireText("benchmark", benchmark);
      requireText("metric", metric);
    }
  }

  /**
   * @param model the checkpoint, or its language model
   * @param resolution pixels of the image's side
   * @param tokens a number, or a text like {@code ~32}
   * @param values null if there is none
   * @param run command that asks such a model; its model and method are the row's
   * @param source who printed it, if that is none of {@link PublishedYaml#sources}
   */
  record Row(
      String method,
      String model,
      Integer resolution,
      JsonNode tokens,
      List<Double> values,
      String run,
      String prompts,
      String profile,
      String source,
      String remark) {

    Row {
      requireText("method", method);
      requireText("model", model);
      if (values == null) {
        throw new IllegalArgumentException("values is missing");
      }
      if (tokens != null) {
        PrintedNumber.tokens(tokens.asText());
      }
      values.stream().filter(Objects::nonNull).forEach(PrintedNumber::requireScore);
    }

    OptionalDouble numberOfTokens() {
      return tokens == null
          ? OptionalDouble.empty()
          : OptionalDouble.of(PrintedNumber.tokens(tokens.asText()));
    }
  }

  private static void requireText(String key, String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(key + " must be a text that is not empty");
    }
  }

  /**
   * Reads a document.
   *
   * @param file its name, for messages
   */
  static PublishedFile read(String text, String file) {
    PublishedYaml document;
    try {
      document = Yaml.parse(text, new TypeReference<>() {}, file);
    } catch (IllegalArgumentException e) {
      throw new DataException(e.getMessage(), e);
    }
    List<PublishedFigure> figures = new ArrayList<>();
    for (int i = 0; i < document.rows().size(); i++) {
      document.give(i, file, figures::add);
    }
    return new PublishedFile(file, figures, document.remarks());
  }

  private void give(int number, String file, Consumer<PublishedFigure> sink) {
    Row row = rows.get(number);
    String place = Text.format("%s: rows[%d]", file, number);
    if (row.values().size() != columns.size()) {
      throw new DataException(
          Text.format(
              "%s.values has %d figures, but there are %d columns",
              place, row.values().size(), columns.size()));
    }
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (row.values().get(i) != null) {
        sink.accept(
            PublishedFigure.builder(Text.format("%s.values[%d]", place, i))
                .method(argument(row.run(), Setting.METHOD).orElse(row.method()))
                .model(argument(row.run(), Setting.MODEL).orElse(row.model()))
                .benchmark(column.benchmark())
                .metric(column.metric())
                .split(text(column.split()))
                .prompts(text(row.prompts()))
                .profile(text(row.profile()))
                .tokens(row.numberOfTokens())
                .score(row.values().get(i))
                .source(text(row.source()).or(() -> text(String.join("; ", sources))))
                .remark(text(row.remark()))
                .build());
      }
    }
  }

  private static Optional<String> text(String text) {
    return Optional.ofNullable(text).map(String::strip).filter(some -> !some.isEmpty());
  }

  /** Returns the first value of a setting in a command. */
  private static Optional<String> argument(String command, Setting setting) {
    List<String> words = command == null ? List.of() : Arrays.asList(command.strip().split("\\s+"));
    int place = words.indexOf(setting.flag());
    return place < 0 || place + 1 >= words.size()
        ? Optional.empty()
        : Optional.of(words.get(place + 1));
  }
}
