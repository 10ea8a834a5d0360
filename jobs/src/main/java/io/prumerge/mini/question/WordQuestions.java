package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.WordKind;
import java.util.ArrayList;
import java.util.List;

/** Questions about the printed word. Answers are in capitals, as printed. */
public final class WordQuestions {

  private static final String START = "what";

  private WordQuestions() {}

  public static List<OpenQuestion> of(PrintedWord word) {
    String text = word.text();
    boolean number = word.kind() == WordKind.NUMBER;
    String whole = whole(word);
    String part = number ? "digit" : "letter";
    List<OpenQuestion> questions = new ArrayList<>();
    questions.add(question("whole", Text.format("What %s is written in the image?", whole), text));
    for (int i = 0; i < Math.min(text.length(), NumberWords.ordinals()); i++) {
      questions.add(
          question(
              NumberWords.ordinal(i),
              Text.format("What is the %s %s of the %s?", NumberWords.ordinal(i), part, whole),
              text.substring(i, i + 1)));
    }
    questions.add(
        question(
            "last",
            Text.format("What is the last %s of the %s?", part, whole),
            text.substring(text.length() - 1)));
    questions.add(
        new OpenQuestion(
            "length",
            "how many",
            Text.format("How many %ss does the %s have?", part, whole),
            AnswerType.NUMBER,
            Integer.toString(text.length())));
    return questions;
  }

  /** Returns what questions call it: {@code word} or {@code number}. */
  static String whole(PrintedWord word) {
    return word.kind() == WordKind.NUMBER ? "number" : "word";
  }

  private static OpenQuestion question(String form, String text, String answer) {
    return new OpenQuestion(form, START, text, AnswerType.OTHER, answer);
  }
}
