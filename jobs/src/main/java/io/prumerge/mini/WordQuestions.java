package io.prumerge.mini;

import java.util.ArrayList;
import java.util.List;

/** Questions about what is printed; answers are spelt as printed, in capitals. */
final class WordQuestions {

  private static final String START = "what";

  private WordQuestions() {}

  static List<OpenQuestion> of(PrintedWord word) {
    String text = word.text();
    boolean number = word.kind() == WordKind.NUMBER;
    String whole = number ? "number" : "word";
    String part = number ? "digit" : "letter";
    List<OpenQuestion> questions = new ArrayList<>();
    questions.add(question("whole", "What %s is written in the image?".formatted(whole), text));
    for (int i = 0; i < Math.min(text.length(), Numbers.ordinals()); i++) {
      questions.add(
          question(
              Numbers.ordinal(i),
              "What is the %s %s of the %s?".formatted(Numbers.ordinal(i), part, whole),
              text.substring(i, i + 1)));
    }
    questions.add(
        question(
            "last",
            "What is the last %s of the %s?".formatted(part, whole),
            text.substring(text.length() - 1)));
    questions.add(
        new OpenQuestion(
            "length",
            "how many",
            "How many %ss does the %s have?".formatted(part, whole),
            AnswerType.NUMBER,
            Integer.toString(text.length())));
    return questions;
  }

  private static OpenQuestion question(String form, String text, String answer) {
    return new OpenQuestion(form, START, text, AnswerType.OTHER, answer);
  }
}
