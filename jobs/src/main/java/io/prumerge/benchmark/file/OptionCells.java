package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Letters;
import io.prumerge.source.table.DataRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row's options as its cells have them.
 *
 * @param texts in order; one that is missing in between is empty
 * @param labels of the texts, by which answers name them; empty if they have none but their letters
 */
record OptionCells(List<String> texts, List<String> labels) {

  static final OptionCells NONE = new OptionCells(List.of());

  private static final Pattern LETTER = Pattern.compile("[A-Za-z]");

  /** An option that begins with its letter, as {@code A. cat}, {@code (A) cat}. */
  private static final Pattern LETTERED =
      Pattern.compile(
          "\\s*\\(?([A-Za-z])\\s*[.):\uFF0E\uFF1A\uFF09\u3001]\\s*(\\S.*)", Pattern.DOTALL);

  OptionCells {
    texts = List.copyOf(texts);
    labels = List.copyOf(labels);
  }

  OptionCells(List<String> texts) {
    this(texts, List.of());
  }

  /**
   * Returns the options in one cell: a list, a dict or struct of options by their letters, or in
   * their order under other keys, or texts beside labels, which are letters or not.
   *
   * @throws io.prumerge.source.DataException if the cell cannot be read
   */
  static OptionCells in(DataRow row, String column) {
    Map<String, String> byLabel = row.textsByLabel(column);
    if (!byLabel.isEmpty()) {
      return haveLetters(byLabel)
          ? inOrder(byLabel)
          : new OptionCells(List.copyOf(byLabel.values()), List.copyOf(byLabel.keySet()));
    }
    Map<String, String> byKey = row.textsByKey(column);
    return byKey.isEmpty() ? new OptionCells(row.textsOrEmpty(column)) : inOrder(byKey);
  }

  private static boolean haveLetters(Map<String, String> byKey) {
    return byKey.keySet().stream().allMatch(key -> LETTER.matcher(key).matches());
  }

  private static OptionCells inOrder(Map<String, String> byKey) {
    List<String> texts = new ArrayList<>();
    boolean letters = haveLetters(byKey);
    byKey.forEach(
        (key, text) -> {
          int place = letters ? Character.toUpperCase(key.charAt(0)) - 'A' : texts.size();
          while (texts.size() <= place) {
            texts.add("");
          }
          texts.set(place, text);
        });
    return each(texts);
  }

  /** Returns the options of a row that has a column for each. */
  static OptionCells in(DataRow row, List<String> columns) {
    return each(columns.stream().map(column -> row.text(column).orElse("")).toList());
  }

  /** Returns the options that are in columns of their own; the last ones may be empty. */
  static OptionCells each(List<String> cells) {
    return new OptionCells(withoutEnd(cells));
  }

  private static List<String> withoutEnd(List<String> texts) {
    int last = texts.size();
    while (last > 0 && texts.get(last - 1).isEmpty()) {
      last--;
    }
    return texts.subList(0, last);
  }

  /** Returns the beginnings of the texts, of at most so many characters. */
  OptionCells cut(int most) {
    return new OptionCells(
        texts.stream().map(text -> text.substring(0, Math.min(text.length(), most))).toList(),
        labels);
  }

  /** Returns whether all options begin with their own letters, and there are several. */
  boolean haveLetters() {
    return Letters.present(texts).size() > 1 && !withoutLetters().contains(null);
  }

  /** Returns the options without their letters, if all have theirs; else as they are. */
  OptionCells plain() {
    return haveLetters() ? new OptionCells(withoutLetters(), labels) : this;
  }

  /** Returns the texts after the letters; null for one that does not begin with its own. */
  private List<String> withoutLetters() {
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      Matcher found = LETTERED.matcher(texts.get(i));
      plain.add(
          texts.get(i).isEmpty()
              ? ""
              : found.matches() && found.group(1).equalsIgnoreCase(Letters.of(i))
                  ? found.group(2)
                  : null);
    }
    return plain;
  }

  /**
   * Returns what a right answer is that repeats one of these options, of others in their place; of
   * one that is a label, the letter.
   */
  String answer(String answer, OptionCells shown) {
    int label = labels.indexOf(answer);
    if (label >= 0) {
      return Letters.of(label);
    }
    int place = texts.indexOf(answer);
    return place < 0 ? answer : shown.texts().get(place);
  }
}
