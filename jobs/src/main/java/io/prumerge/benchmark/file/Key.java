package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.store.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A key of benchmark files: what its value may be, and how it is read. Refusals, {@code
 * jobs/benchmark.schema.json} and {@code conf/benchmark-keys.md} follow from it; its Javadoc is
 * what the page says of it.
 *
 * @param reader reads the value
 * @param missing how the refusal of keys without it ends; empty if it may be left out
 */
record Key<T>(String name, ValueForm form, Reader<T> reader, Optional<String> missing) {

  /** Reads a value, and notes its faults. */
  @FunctionalInterface
  interface Reader<T> {

    /**
     * Returns the value.
     *
     * @param node null if the key is not given
     * @param place the key with those above it, in faults
     */
    T read(CheckedYaml yaml, YamlNode node, String place);
  }

  static <T> Key<T> of(String name, ValueForm form, Reader<T> reader) {
    return new Key<>(name, form, reader, Optional.empty());
  }

  static Key<Optional<String>> text(String name) {
    return of(name, ValueForm.TEXT, CheckedYaml::text);
  }

  static Key<List<String>> texts(String name) {
    return of(name, ValueForm.TEXTS, CheckedYaml::texts);
  }

  /** A key of texts whose lines are kept. */
  static Key<List<LocatedText>> located(String name) {
    return of(name, ValueForm.TEXTS, CheckedYaml::located);
  }

  /** A key of one of RE2's regular expressions. */
  static Key<Optional<Pattern>> pattern(String name) {
    return of(
        name,
        ValueForm.TEXT,
        (yaml, node, place) -> yaml.patterns(node, place).stream().findFirst());
  }

  /** A key of such expressions. */
  static Key<List<Pattern>> patterns(String name) {
    return of(name, ValueForm.TEXTS, CheckedYaml::patterns);
  }

  static Key<Boolean> flag(String name) {
    return of(name, ValueForm.FLAG, CheckedYaml::flag);
  }

  static Key<OptionalInt> positive(String name) {
    return of(name, ValueForm.POSITIVE, CheckedYaml::positive);
  }

  /** A key whose texts choose something, which is {@code otherwise} without it. */
  static <T> Key<T> choice(String name, Map<String, T> known, T otherwise) {
    return of(
        name,
        ValueForm.oneOf(known.keySet()),
        (yaml, node, place) -> yaml.chosen(node, place, known, otherwise));
  }

  static Key<Map<String, String>> textsByKey(String name, String keys) {
    return of(
        name,
        ValueForm.TEXT.byKey(keys, 1),
        (yaml, node, place) -> yaml.someOf(node, place, yaml.textsByKey(node, place)));
  }

  static Key<Map<String, List<String>>> listsByKey(String name, String keys) {
    return of(
        name,
        ValueForm.TEXTS.byKey(keys, 1),
        (yaml, node, place) -> yaml.someOf(node, place, yaml.listsByKey(node, place)));
  }

  /** A key with keys of a group. */
  static Key<GivenKeys> group(String name, KeyGroup group) {
    return of(name, group.form(), (yaml, node, place) -> GivenKeys.of(yaml, node, place, group));
  }

  /** A key with names of the file's own, which have keys of a group; at least some of them. */
  static Key<Map<String, GivenKeys>> named(String name, KeyGroup group, int least) {
    return of(
        name,
        group.form().byName("name", least),
        (yaml, node, place) -> {
          Map<String, GivenKeys> all = GivenKeys.named(yaml, node, place, group);
          return least > 0 ? yaml.someOf(node, place, all) : all;
        });
  }

  /** A key that is read by its own reader. */
  static Key<YamlNode> node(String name, ValueForm form) {
    return of(name, form, (yaml, node, place) -> node);
  }

  /** Returns the same, which must be given. */
  Key<T> required() {
    return new Key<>(name, form, reader, Optional.of(""));
  }

  /**
   * Returns the same, which must be given.
   *
   * @param why what the refusal says of it
   */
  Key<T> required(String why) {
    return new Key<>(name, form, reader, Optional.of(": " + why));
  }
}
