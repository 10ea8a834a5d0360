package io.prumerge.benchmark.file;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A text of prompts that depends on a question's columns.
 *
 * @param columns whose values choose it
 * @param texts by the values, joined by a space; absent ones are left out
 */
record ChosenText(List<String> columns, Map<String, String> texts) {

  ChosenText {
    columns = List.copyOf(columns);
    texts = Map.copyOf(texts);
  }

  /**
   * Returns the text; empty if there is none for the values.
   *
   * @param values by column
   */
  Optional<String> of(Function<String, Optional<String>> values) {
    return Optional.ofNullable(texts.get(key(values)));
  }

  /** Returns the values that choose it, as {@link #texts} has them. */
  String key(Function<String, Optional<String>> values) {
    return columns.stream()
        .flatMap(column -> values.apply(column).stream())
        .collect(Collectors.joining(" "));
  }
}
