package io.prumerge.benchmark.file;

import io.prumerge.store.YamlNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file or folder that a benchmark's file names.
 *
 * @param key where, such as {@code data}
 * @param line of the file, from 1
 * @param place as in the file
 */
record NamedPlace(String key, int line, String place) {

  /** Returns the places of a text or a list of texts; none if there is no value. */
  static List<NamedPlace> of(String key, YamlNode node) {
    return Stream.ofNullable(node)
        .flatMap(one -> Optional.ofNullable(one.list()).orElse(List.of(one)).stream())
        .filter(one -> one.text() != null)
        .map(one -> new NamedPlace(key, one.line(), one.text()))
        .toList();
  }
}
