package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import io.prumerge.benchmark.rule.LinearPattern;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.service.Unknown;
import io.prumerge.store.Yaml;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads values of a YAML file. A fault is noted with its line and reading goes on, so that all are
 * found at once.
 */
final class CheckedYaml {

  private static final Pattern NAME = Pattern.compile(ValueForm.NAME);

  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,8}");

  private final String called;
  private final List<Problem> problems = new ArrayList<>();

  /** A fault at a line, from 1. */
  private record Problem(int line, String text) {}

  /**
   * @param called the file's name in messages
   */
  CheckedYaml(String called) {
    this.called = called;
  }

  /** Returns the file's name in messages. */
  String called() {
    return called;
  }

  /** Returns all faults in the order of their lines; none if the file is whole. */
  List<String> problems() {
    return problems.stream()
        .sorted(Comparator.comparingInt(Problem::line))
        .map(Problem::text)
        .distinct()
        .toList();
  }

  void problem(YamlNode node, String problem) {
    problem(node.line(), problem);
  }

  void problem(int line, String problem) {
    problems.add(new Problem(line, called + ":" + line + ": " + problem));
  }

  /** Notes a fault of the whole file, which names its place itself. */
  void problem(String problem) {
    problems.add(new Problem(0, problem));
  }

  /** Returns keys with values; none, and a fault, if the node is something else. */
  Map<String, YamlNode> map(YamlNode node, String place) {
    if (node.map() == null) {
      problem(node, place + " must be keys with values, it is " + shown(node));
      return Map.of();
    }
    return node.map();
  }

  /**
   * Returns a text; of a number or a boolean the one that the file has, as YAML 1.2 reads it. Empty
   * if there is no value.
   */
  Optional<String> text(YamlNode node, String place) {
    return node == null ? Optional.empty() : text(node, place, "a text");
  }

  private Optional<String> text(YamlNode node, String place, String expected) {
    String text = node.text() == null ? node.source() : node.text();
    if (!text.isBlank()) {
      return Optional.of(text);
    }
    problem(node, place + " must be " + expected + ", it is " + shown(node));
    return Optional.empty();
  }

  /** Returns a list of texts; of a text, this one; none if there is no value. */
  List<String> texts(YamlNode node, String place) {
    return located(node, place).stream().map(LocatedText::text).toList();
  }

  /** Returns a list of texts with their lines; of a text, this one; none if there is no value. */
  List<LocatedText> located(YamlNode node, String place) {
    if (node == null) {
      return List.of();
    }
    List<LocatedText> texts = new ArrayList<>();
    List<YamlNode> all = node.list() == null ? List.of(node) : node.list();
    String expected = node.list() == null ? "a text or a list of texts" : "a list of texts";
    all.forEach(
        one ->
            text(one, place, expected)
                .map(text -> new LocatedText(place, one.line(), text))
                .ifPresent(texts::add));
    if (all.isEmpty()) {
      problem(node, place + " names none");
    }
    return texts;
  }

  /** Returns regular expressions, which take time linear in a text. */
  List<Pattern> patterns(YamlNode node, String place) {
    List<Pattern> patterns = new ArrayList<>();
    for (String regex : texts(node, place)) {
      try {
        patterns.add(LinearPattern.of(regex, place));
      } catch (IllegalArgumentException e) {
        problem(node, e.getMessage());
      }
    }
    return patterns;
  }

  /** Returns texts by their keys; none if there is no value. */
  Map<String, String> textsByKey(YamlNode node, String place) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node != null) {
      map(node, place)
          .forEach(
              (key, value) ->
                  text(value, place + "." + key).ifPresent(text -> texts.put(key, text)));
    }
    return texts;
  }

  /** Returns lists of texts by their keys; none if there is no value. */
  Map<String, List<String>> listsByKey(YamlNode node, String place) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    if (node != null) {
      map(node, place).forEach((key, list) -> lists.put(key, texts(list, place + "." + key)));
    }
    return lists;
  }

  /** Returns the same, whose keys become a part of other names. */
  Map<String, List<String>> listsByName(YamlNode node, String place) {
    Map<String, List<String>> lists = listsByKey(node, place);
    lists.keySet().forEach(name -> requireName(node.map().get(name), place + "." + name, name));
    return lists;
  }

  /** Returns a whole number above 0; empty if there is no value. */
  OptionalInt positive(YamlNode node, String place) {
    if (node == null) {
      return OptionalInt.empty();
    }
    if (node.value() instanceof Integer number && number > 0) {
      return OptionalInt.of(number);
    }
    problem(
        node,
        place
            + " must be a whole number above 0, it is "
            + shown(node)
            + (node.text() != null && WHOLE.matches(node.text())
                ? ", a text; leave out the quotes"
                : ""));
    return OptionalInt.empty();
  }

  /** Returns whether a key is true; false if there is none. */
  boolean flag(YamlNode node, String place) {
    if (node == null || node.value() instanceof Boolean) {
      return node != null && (Boolean) node.value();
    }
    problem(node, place + " must be true or false, it is " + shown(node));
    return false;
  }

  /** Returns what a text chooses; {@code otherwise} if there is no value. */
  <T> T chosen(YamlNode node, String place, Map<String, T> known, T otherwise) {
    Optional<String> text = text(node, place);
    if (text.isPresent() && !known.containsKey(text.get())) {
      problem(node, place + ": " + Unknown.message("value", text.get(), known.keySet()));
    }
    return text.map(known::get).orElse(otherwise);
  }

  /** Returns whether a text may be a name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  void requireName(YamlNode node, String place, String name) {
    if (!isName(name)) {
      problem(node, place + ": a name is letters, digits, '.', '_' or '-', at most 64");
    }
  }

  /** Returns the values of a key; it is a fault if it is given and has none. */
  <T> Map<String, T> someOf(YamlNode node, String place, Map<String, T> values) {
    if (node != null && node.map() != null && values.isEmpty()) {
      problem(node, place + " names none");
    }
    return values;
  }

  void requireKnown(String above, Map<String, YamlNode> keys, Collection<String> known) {
    keys.forEach(
        (key, value) -> {
          if (!known.contains(key)) {
            problem(value, Yaml.unknownKey(above + key, key, known));
          }
        });
  }

  private static String shown(YamlNode node) {
    if (node.map() != null) {
      return "keys with values: " + String.join(", ", node.map().keySet());
    }
    return node.isPresent() ? "'" + node.plain() + "'" : "empty";
  }
}
