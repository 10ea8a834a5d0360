package io.prumerge.benchmark.equivalence;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ten made-up answers to a question of the VQA family, of five kinds. */
final class MadeHumanAnswers {

  private static final List<List<String>> KINDS =
      List.of(
          List.of(""),
          List.of("basil leaves"),
          List.of("unanswerable", "unsuitable", "The  Grey's can"),
          List.of("yes", "Yes", "no", "yes."),
          List.of("2", "two", "1,000", "$3.50", "a 2"),
          List.of(
              "Ünlü", "dont", "don't", "an apple", "no. 5", "x\\ty", "", "a/b", "İ", "t-shirt"));

  private MadeHumanAnswers() {}

  /**
   * Returns ten answers, parted by commas.
   *
   * @param kind 0 is ten empty ones, as where they are withheld
   * @param item returns an answer's item with its quoted text
   */
  static String of(int kind, UnaryOperator<String> item) {
    List<String> texts = KINDS.get(kind);
    return IntStream.range(0, 10)
        .mapToObj(i -> item.apply("'" + texts.get(i % texts.size()).replace("'", "\\'") + "'"))
        .collect(Collectors.joining(", "));
  }
}
