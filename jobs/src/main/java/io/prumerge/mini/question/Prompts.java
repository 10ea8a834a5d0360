package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** User prompts, byte for byte as in LLaVA-1.5's evaluation. */
public final class Prompts {

  private static final String SHORT_ANSWER = "\nAnswer the question using a single word or phrase.";
  private static final String LETTER_ANSWER =
      "\nAnswer with the option's letter from the given choices directly.";

  private Prompts() {}

  /** Returns a prompt of POPE, MME and VQAv2. */
  public static String shortAnswer(String question) {
    return question + SHORT_ANSWER;
  }

  /** Returns a prompt of TextVQA; without tokens the second line ends in a space. */
  public static String withOcr(String question, List<String> tokens) {
    return shortAnswer(
        Text.format(
            "%s\nReference OCR token: %s", sentenceCase(question), String.join(", ", tokens)));
  }

  /** Returns a prompt of RefCOCO. */
  public static String box(String phrase) {
    return Text.format(
        "Please provide the bounding box coordinate of the region this sentence describes: %s.",
        phrase);
  }

  /** Returns the text with its first letter in upper case and all others in lower case. */
  static String sentenceCase(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT)
        + text.substring(1).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a prompt of ScienceQA in its "CQM" order: context, question, choices; without the
   * suffix.
   */
  public static String cqm(PosedChoice choice) {
    String context = choice.hint().isEmpty() ? "" : "Context: " + choice.hint() + "\n";
    return context + choice.text() + "\n" + options(choice.options());
  }

  /** Returns a prompt of MMBench, without the suffix. */
  public static String mmBench(PosedChoice choice) {
    String hint = choice.hint().isEmpty() ? "" : choice.hint() + "\n";
    return hint + choice.text() + "\n" + options(choice.options());
  }

  public static String letterAnswer(String prompt) {
    return prompt + LETTER_ANSWER;
  }

  /** Returns {@code A} for 0. */
  static String letter(int option) {
    return Character.toString('A' + option);
  }

  private static String options(List<String> options) {
    return IntStream.range(0, options.size())
        .mapToObj(i -> letter(i) + ". " + options.get(i))
        .collect(Collectors.joining("\n"));
  }
}
