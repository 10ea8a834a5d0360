package io.prumerge.benchmark.equivalence;

import io.prumerge.benchmark.BenchmarkQuestion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a model may say to a made-up question: right, wrong, nothing, and oddly spelt. */
final class SpokenAnswers {

  private static final List<String> ANY =
      List.of(
          "",
          "yes",
          "No",
          "no, it is not",
          "Yes.",
          "There is not, yes",
          "A",
          "b",
          "C.",
          "(D)",
          "E",
          "A. cat",
          "unanswerable",
          "The two",
          "2 apples",
          "1,000",
          "a/b",
          "dont",
          "don't",
          "3.50",
          ".",
          "...",
          "é\u00a0è",
          "İ",
          "x\ny",
          "\"quoted\" \\ text",
          "😀",
          "\u2028",
          "an answer with more than the few words that were asked for");

  private SpokenAnswers() {}

  /** Returns different answers, always the same, as engines leave them: stripped. */
  static List<String> to(BenchmarkQuestion question) {
    Set<String> answers = new LinkedHashSet<>();
    List<String> right = new ArrayList<>(question.answers());
    right.addAll(question.options());
    for (String text : right) {
      answers.add(text);
      answers.add(text.toUpperCase(Locale.ROOT));
      answers.add(text.toLowerCase(Locale.ROOT));
      answers.add("The " + text + ".");
      answers.add(text + "..");
      answers.add(text + "\n" + text);
      answers.add("  " + text.replace(" ", ", ") + "!?");
    }
    answers.addAll(ANY);
    return answers.stream().map(String::strip).distinct().toList();
  }
}
