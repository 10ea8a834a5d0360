package io.prumerge.benchmark.file;

import io.prumerge.store.YamlNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Keys with their values at one place of a benchmark's file. */
final class GivenKeys {

  private final CheckedYaml yaml;
  private final YamlNode node;
  private final String place;
  private final Map<String, YamlNode> values;

  private GivenKeys(CheckedYaml yaml, YamlNode node, String place) {
    this.yaml = yaml;
    this.node = node;
    this.place = place;
    values = node == null ? Map.of() : yaml.map(node, place);
  }

  /** Returns keys of which some may be none of a group's. */
  static GivenKeys open(CheckedYaml yaml, YamlNode node, String place) {
    return new GivenKeys(yaml, node, place);
  }

  /**
   * Returns a group's keys, and notes those that are none of it and those of it that are missing.
   *
   * @param node null if there are none
   * @param place of the node in faults; empty for the file's own keys
   */
  static GivenKeys of(CheckedYaml yaml, YamlNode node, String place, KeyGroup group) {
    GivenKeys keys = new GivenKeys(yaml, node, place);
    yaml.requireKnown(keys.above(), keys.values, group.names());
    group.pairs().forEach(pair -> keys.requireOneOf(pair.get(0), pair.get(1)));
    keys.require(group.keys().stream().filter(key -> key.missing().isPresent()));
    return keys;
  }

  /** Returns a group's keys by the names above them, and notes faults of these, too. */
  static Map<String, GivenKeys> named(
      CheckedYaml yaml, YamlNode node, String place, KeyGroup group) {
    Map<String, GivenKeys> all = new LinkedHashMap<>();
    if (node == null) {
      return all;
    }
    yaml.map(node, place)
        .forEach(
            (name, one) -> {
              yaml.requireName(one, place + "." + name, name);
              all.put(name, of(yaml, one, place + "." + name, group));
            });
    return all;
  }

  /** Notes keys that are missing. */
  void require(Stream<Key<?>> keys) {
    if (node != null && node.map() != null) {
      keys.filter(key -> !has(key))
          .forEach(
              key ->
                  yaml.problem(
                      node, "the key '" + place(key) + "' is missing" + key.missing().orElse("")));
    }
  }

  private String above() {
    return place.isEmpty() ? "" : place + ".";
  }

  /** Returns where the keys stand, in faults. */
  String place() {
    return place;
  }

  /** Returns a key with those above it. */
  String place(Key<?> key) {
    return above() + key.name();
  }

  /** Returns what holds the keys; null if there are none. */
  YamlNode node() {
    return node;
  }

  /** Returns the value of a key; null if it is not given. */
  YamlNode node(Key<?> key) {
    return values.get(key.name());
  }

  boolean has(Key<?> key) {
    return values.containsKey(key.name());
  }

  /** Reads the value of a key, and notes its faults. */
  <T> T get(Key<T> key) {
    return key.reader().read(yaml, node(key), place(key));
  }

  /** Notes a fault of the keys, whose place it follows. */
  void problem(String problem) {
    yaml.problem(node, place + problem);
  }

  /** Notes a fault of a key that is given, whose place it follows. */
  void problem(Key<?> key, String problem) {
    yaml.problem(node(key), place(key) + problem);
  }

  /** Notes two keys that exclude each other, at the second one's line. */
  void requireOneOf(Key<?> one, Key<?> other) {
    if (has(one) && has(other)) {
      yaml.problem(node(other), place(one) + " and " + place(other) + ": name one of them");
    }
  }
}
