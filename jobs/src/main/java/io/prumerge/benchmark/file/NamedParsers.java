package io.prumerge.benchmark.file;

import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.store.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A file's text in which all rules name their parsers. Rules that name none get the parser of new
 * files; the rest of the text stays as its user wrote it. So a text alone decides how answers are
 * read, in every copy of it, whatever a later version gives new files.
 */
final class NamedParsers {

  /** Keys above the file's rules. */
  private static final String SCORE = "score";

  private final String text;
  private final SortedMap<Integer, String> insertions = new TreeMap<>();
  private final List<Added> added = new ArrayList<>();

  /**
   * A parser that a rule gets.
   *
   * @param rule its place, such as {@code score.letter}
   * @param former the parser of files of earlier versions that name none
   */
  private record Added(String rule, String parser, String former) {

    String described() {
      return rule
          + " is read by "
          + parser
          + (former.equals(parser) ? "" : " (in files prepared before, by " + former + ")");
    }
  }

  private NamedParsers(String text) {
    this.text = text;
  }

  /**
   * Names the parsers.
   *
   * @param text a file without faults
   * @param called the file's name in messages
   * @throws UsageException if a rule is written in a form of YAML that a key cannot be put into
   */
  static NamedParsers in(String text, String called) {
    NamedParsers parsers = new NamedParsers(text);
    YamlNode root = YamlNode.parse(text, called);
    Object meant = root.plain();
    parsers.add(SCORE, root.map().get(SCORE), ((Map<?, ?>) meant).get(SCORE));
    if (!parsers.added.isEmpty() && !meant.equals(plain(parsers.text(), called))) {
      throw new UsageException(
          Text.format(
              "Cannot write the parsers into %s, because a rule stands there in a rare form of"
                  + " YAML; write them yourself: %s",
              called,
              parsers.added.stream()
                  .map(one -> one.rule() + ".parser: " + one.parser())
                  .collect(Collectors.joining(", "))));
    }
    return parsers;
  }

  private static Object plain(String text, String called) {
    try {
      return YamlNode.parse(text, called).plain();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns which parsers the text names now and did not before, as a sentence; empty if none. */
  Optional<String> note(String called) {
    return added.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "%s names no parser: %s; write parser: NAME there to choose it yourself",
                called, added.stream().map(Added::described).collect(Collectors.joining(", "))));
  }

  /** Returns the whole text. */
  String text() {
    StringBuilder whole = new StringBuilder();
    int done = 0;
    for (Map.Entry<Integer, String> one : insertions.entrySet()) {
      whole.append(text, done, one.getKey()).append(one.getValue());
      done = one.getKey();
    }
    return whole.append(text, done, text.length()).toString();
  }

  /**
   * Adds the parsers of a rule and of those below it.
   *
   * @param meant the node's plain value, which gets them, too
   */
  @SuppressWarnings("unchecked") // a plain value with keys has texts for keys
  private void add(String place, YamlNode node, Object meant) {
    if (node == null || node.map() == null) {
      return;
    }
    Map<String, Object> values = (Map<String, Object>) meant;
    node.map().forEach((key, value) -> add(place + "." + key, value, values.get(key)));
    YamlNode key = node.map().get(AnswerRules.RULE);
    if (key == null) {
      return;
    }
    String rule = String.valueOf(key.plain());
    Map<String, Object> settings = new LinkedHashMap<>(values);
    settings.keySet().retainAll(AnswerRules.keys(rule));
    AnswerRules.newParser(rule, settings)
        .ifPresent(
            parser -> {
              String former = AnswerRules.of(rule, settings).parsers().get(0);
              added.add(new Added(place, parser, former));
              values.put(AnswerRules.PARSER, parser);
              insert(key, node.inBraces(), AnswerRules.PARSER + ": " + parser);
            });
  }

  private void insert(YamlNode after, boolean inBraces, String parser) {
    if (inBraces) {
      insertions.put(after.end(), ", " + parser);
    } else {
      addLine(after, parser);
    }
  }

  /** Adds a line after a key's, with its indentation. */
  private void addLine(YamlNode key, String line) {
    int end = key.end();
    while (end < text.length() && "\r\n".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String above = text.lines().toList().get(key.line() - 1);
    String indentation = above.substring(0, above.length() - above.stripLeading().length());
    String lineBreak = text.startsWith("\r\n", end) ? "\r\n" : "\n";
    insertions.put(end, lineBreak + indentation + line);
  }
}
