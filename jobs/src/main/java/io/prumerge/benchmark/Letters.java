package io.prumerge.benchmark;

import io.prumerge.lang.Text;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.stream.IntStream;

/** Letters of options: {@code A} for the first. An option that is missing in between is empty. */
public final class Letters {

  private Letters() {}

  /** Returns {@code A} for 0. */
  public static String of(int option) {
    return Character.toString('A' + option);
  }

  /** Returns 0 for {@code A}. */
  public static int place(String letter) {
    return letter.charAt(0) - 'A';
  }

  /** Returns the letters of the options that are not empty. */
  public static List<String> present(List<String> options) {
    return IntStream.range(0, options.size())
        .filter(i -> !options.get(i).isEmpty())
        .mapToObj(Letters::of)
        .toList();
  }

  /**
   * Returns the SQL expression of {@link #present}.
   *
   * @param options an expression of an array of texts
   */
  public static String present(String options) {
    return Text.format(
        "filter(transform(%s, (option, i) -> if(option = '', NULL, char(%d + i))),"
            + " letter -> letter IS NOT NULL)",
        options, (int) 'A');
  }

  /** Returns the letters of the options that occur in {@code text}, both in lower case. */
  public static List<String> mentioned(List<String> options, String text) {
    String lower = PythonText.lower(text);
    return IntStream.range(0, options.size())
        .filter(i -> !options.get(i).isEmpty() && lower.contains(PythonText.lower(options.get(i))))
        .mapToObj(Letters::of)
        .toList();
  }
}
