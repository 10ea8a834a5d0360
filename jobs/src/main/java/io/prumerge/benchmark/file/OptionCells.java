package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Letters;
import io.prumerge.source.table.DataRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A row's options as its cells have them.
 *
 * @param texts in order; one that is missing in between is empty
 * @param labels of the texts, or their keys, by which answers call them; empty if they have none
 *     but their letters
 */
record OptionCells(List<String> texts, List<String> labels) {

  static final OptionCells NONE = new OptionCells(List.of());

  private static final Pattern LETTER = Pattern.compile("[A-Za-z]");

  /** A whole number, as a column of floats has it. */
  private static final Pattern WHOLE = Pattern.compile("^([+-]?\\d+)\\.0$");

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
   * Returns the options in one cell: a list, lines that begin with their letters, or a dict, a
   * struct or texts beside labels. Keys and labels that are letters place the options; others are
   * in the cell's order.
   *
   * @throws io.prumerge.source.DataException if the cell cannot be read
   */
  static OptionCells in(DataRow row, String column) {
    Map<String, String> labelled = row.textsByLabel(column);
    Map<String, String> byName = labelled.isEmpty() ? row.textsByKey(column) : labelled;
    if (byName.isEmpty()) {
      List<String> texts = row.textsOrEmpty(column);
      return new OptionCells(texts.size() == 1 ? lines(texts.get(0)) : texts);
    }
    if (byName.keySet().stream().allMatch(name -> LETTER.matcher(name).matches())) {
      return placed(byName, row, column);
    }
    List<String> texts = withoutEnd(List.copyOf(byName.values()));
    return new OptionCells(texts, List.copyOf(byName.keySet()).subList(0, texts.size()));
  }

  private static OptionCells placed(Map<String, String> byLetter, DataRow row, String column) {
    List<String> texts = new ArrayList<>();
    byLetter.forEach(
        (letter, text) -> {
          int place = Letters.place(letter.toUpperCase(Locale.ROOT));
          while (texts.size() <= place) {
            texts.add("");
          }
          if (!texts.set(place, text).isEmpty()) {
            throw row.error(column, "has the letter " + Letters.of(place) + " twice");
          }
        });
    return each(texts);
  }

  /**
   * Returns the options in a text whose lines begin with A., B. and so on, without these; a line
   * that does not goes on with the option before it. Any other text is one option.
   */
  private static List<String> lines(String text) {
    List<String> options = new ArrayList<>();
    for (String line : text.strip().split("\\R")) {
      Matcher found = LETTERED.matcher(line);
      if (found.matches() && found.group(1).equals(Letters.of(options.size()))) {
        options.add(found.group(2).strip());
      } else if (options.isEmpty()) {
        return List.of(text);
      } else {
        options.add(options.remove(options.size() - 1) + "\n" + line);
      }
    }
    return options.size() > 1 ? options : List.of(text);
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

  /** Returns what a right answer is that repeats one of these options, of others in their place. */
  String answer(String answer, OptionCells shown) {
    int place = texts.indexOf(answer);
    return place < 0 ? answer : shown.texts().get(place);
  }

  /** Returns the place of the option of a label, were it a number in a column of floats. */
  OptionalInt labelled(String answer) {
    return IntStream.range(0, labels.size())
        .filter(i -> whole(labels.get(i)).equals(whole(answer)))
        .findFirst();
  }

  /** Returns the place of the option that an answer has behind its letter, as {@code A. cat}. */
  OptionalInt lettered(String answer) {
    Matcher found = LETTERED.matcher(answer);
    return IntStream.range(0, texts.size())
        .filter(i -> found.matches() && found.group(1).equalsIgnoreCase(Letters.of(i)))
        .filter(i -> found.group(2).strip().equals(texts.get(i).strip()))
        .findFirst();
  }

  private static String whole(String label) {
    return WHOLE.matcher(label.strip()).replaceFirst("$1");
  }
}
