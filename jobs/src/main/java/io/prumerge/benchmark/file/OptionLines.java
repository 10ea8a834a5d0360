package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Letters;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The options of a question as lines of a prompt: {@code {options}} stands for lines {@code A.
 * text}, {@code {options:(A)}} for lines {@code (A) text}, and so on. A missing option has no line.
 */
final class OptionLines {

  static final String NAME = "options";
  private static final String STYLED = NAME + ":";
  private static final String LETTER = "A";
  private static final String PLAIN = "A.";

  private OptionLines() {}

  /** Returns whether the name of a prompt's value stands for options. */
  static boolean areNamed(String value) {
    return value.equals(NAME) || value.startsWith(STYLED) && value.contains(LETTER);
  }

  /** Returns the lines; empty if there is no option. */
  static Optional<String> of(String value, List<String> options) {
    String style = value.equals(NAME) ? PLAIN : value.substring(STYLED.length());
    return Optional.of(
            IntStream.range(0, options.size())
                .filter(i -> !options.get(i).isEmpty())
                .mapToObj(i -> style.replace(LETTER, Letters.of(i)) + " " + options.get(i))
                .collect(Collectors.joining("\n")))
        .filter(lines -> !lines.isEmpty());
  }
}
