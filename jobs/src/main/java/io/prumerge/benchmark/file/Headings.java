package io.prumerge.benchmark.file;

import io.prumerge.store.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What tables call the columns of questions, pictures and answers, in several languages. */
final class Headings {

  private static final String NAME = "headings.yaml";

  /** The headings of a column for one option, before its letter or number. */
  private static final String OPTION = "option";

  /** Options that a question can have in columns of their own. */
  private static final int MOST_OPTIONS = 26;

  private static final Map<String, YamlNode> ALL = read();

  private Headings() {}

  private static Map<String, YamlNode> read() {
    try (InputStream in = Headings.class.getResourceAsStream(NAME)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return YamlNode.parse(text, NAME).map();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + NAME, e);
    }
  }

  /**
   * Returns the columns that are called as those of a part of questions are, the likeliest first.
   *
   * @param part such as {@code answers}
   */
  static List<String> called(String part, List<String> columns) {
    List<String> found = new ArrayList<>();
    for (YamlNode heading : ALL.get(part).list()) {
      columns.stream().filter(column -> plain(column).equals(heading.text())).forEach(found::add);
    }
    return found;
  }

  /**
   * Returns the first of the columns that are called so and are such; empty if none is.
   *
   * @param part as {@link #called}
   */
  static String first(String part, List<String> columns, Predicate<String> such) {
    return called(part, columns).stream().filter(such).findFirst().orElse("");
  }

  /** Returns the columns of single options, in order: A, B or option_1, option_2; else none. */
  static List<String> options(List<String> columns) {
    List<String> letters = inOrder("", "abcdefghijklmnopqrstuvwxyz", columns);
    if (letters.size() > 1) {
      return letters;
    }
    for (YamlNode heading : ALL.get(OPTION).list()) {
      for (String signs : List.of("abcdefghijklmnopqrstuvwxyz", "123456789", "012345678")) {
        for (String between : List.of("_", "")) {
          List<String> found = inOrder(heading.text() + between, signs, columns);
          if (found.size() > 1) {
            return found;
          }
        }
      }
    }
    return List.of();
  }

  private static List<String> inOrder(String start, String signs, List<String> columns) {
    return IntStream.range(0, Math.min(MOST_OPTIONS, signs.length()))
        .mapToObj(
            i ->
                columns.stream()
                    .filter(column -> plain(column).equals(start + signs.charAt(i)))
                    .findFirst())
        .takeWhile(column -> column.isPresent())
        .map(column -> column.get())
        .toList();
  }

  /** Returns a heading in lower case, without accents and with one _ between words. */
  private static String plain(String heading) {
    return Normalizer.normalize(heading.strip(), Normalizer.Form.NFD)
        .replaceAll("\\p{Mn}", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[\\s_-]+", "_");
  }
}
