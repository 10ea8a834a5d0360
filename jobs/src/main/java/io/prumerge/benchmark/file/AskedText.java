package io.prumerge.benchmark.file;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.benchmark.Wordings;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a question asks.
 *
 * @param question without its options
 * @param options in order; one that is missing in between is empty
 * @param whole the question with its options, where the data have both in one text
 */
record AskedText(String question, List<String> options, Optional<String> whole) {

  private static final String QUESTION = "question";
  private static final String CAPITALIZED = "question:capitalized";
  private static final String STRIPPED = "question:stripped";
  private static final String WHOLE = "whole_question";
  private static final String WHOLE_STRIPPED = "whole_question:stripped";

  /** The names of its values, of options that of the plain lines. */
  static final List<String> NAMES =
      List.of(QUESTION, CAPITALIZED, STRIPPED, WHOLE, WHOLE_STRIPPED, OptionLines.NAME);

  AskedText {
    options = List.copyOf(options);
  }

  /**
   * Takes a text apart.
   *
   * @param patterns whose groups are the options, and, if it is named so, the {@code question}; the
   *     first that is found counts
   */
  static AskedText of(String text, List<Pattern> patterns) {
    for (Pattern pattern : patterns) {
      Matcher found = pattern.matcher(text);
      if (found.find()) {
        Optional<Integer> own = Optional.ofNullable(pattern.namedGroups().get(QUESTION));
        return new AskedText(
            own.map(found::group).orElse(text).strip(),
            IntStream.rangeClosed(1, found.groupCount())
                .filter(group -> own.filter(one -> one == group).isEmpty())
                .mapToObj(found::group)
                .takeWhile(option -> option != null)
                .map(String::strip)
                .toList(),
            Optional.of(text));
      }
    }
    return new AskedText(text, List.of(), Optional.empty());
  }

  /** Returns whether a name in a prompt stands for something of this, rather than for a column. */
  static boolean hasValue(String name) {
    return NAMES.contains(name) || OptionLines.areNamed(name);
  }

  /** Returns what a name in a prompt stands for; empty if there is no such thing. */
  Optional<String> value(String name) {
    if (OptionLines.areNamed(name)) {
      return OptionLines.of(name, options);
    }
    return switch (name) {
      case QUESTION -> Optional.of(question);
      case CAPITALIZED -> Optional.of(Wordings.capitalized(question));
      case STRIPPED -> Optional.of(PythonText.strip(question));
      case WHOLE -> Optional.of(whole.orElseGet(this::joined));
      case WHOLE_STRIPPED -> value(WHOLE).map(PythonText::strip);
      default -> Optional.empty();
    };
  }

  /** Returns what a name stands for where the question is taken as it is written. */
  Optional<String> written(String name) {
    return Set.of(CAPITALIZED, STRIPPED).contains(name) ? Optional.of(question) : value(name);
  }

  private String joined() {
    return OptionLines.of("options", options)
        .map(lines -> question + "\n" + lines)
        .orElse(question);
  }
}
