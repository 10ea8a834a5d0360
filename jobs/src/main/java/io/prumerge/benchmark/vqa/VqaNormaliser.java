package io.prumerge.benchmark.vqa;

import io.prumerge.text.PythonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The VQA evaluators' normalisation of answers: punctuation, periods, then words. The variants
 * differ in the definition of a digit, in which commas between digits they find, and in whether a
 * period after a digit is deleted.
 */
public enum VqaNormaliser {

  /** GT-Vision-Lab/VQA, {@code vqaEval.py}: Python 2, whose digits are ASCII. */
  OFFICIAL("[0-9],[0-9]", c -> c >= '0' && c <= '9', false),

  /** The same in Python 3, whose digits are Unicode's: lmms-eval's for MVBench. */
  PYTHON_3("\\p{Nd},\\p{Nd}", Character::isDigit, false),

  /** M4C's processor, used by LLaVA and lmms-eval: Python 3, whose digits are Unicode's. */
  M4C("\\p{Nd},+(?=\\p{Nd})", Character::isDigit, false),

  /** VLMEvalKit's ({@code process_punctuation}, vlmeval/smp/misc.py): Python 3. */
  VLMEVALKIT("\\p{Nd},\\p{Nd}", Character::isDigit, true);

  private static final String PUNCTUATION = ";/[]\"{}()=+\\_-><@`,?!";

  /**
   * Most periods that are deleted: the references mistakenly pass a flag as the count of {@code
   * re.sub}.
   */
  private static final int MOST_PERIODS = 32;

  private final Pattern digitCommaDigit;
  private final IntPredicate digit;

  /** Whether a period that follows a digit is kept. */
  private final boolean looksBehind;

  VqaNormaliser(String digitCommaDigit, IntPredicate digit, boolean looksBehind) {
    this.digitCommaDigit = Pattern.compile(digitCommaDigit);
    this.digit = digit;
    this.looksBehind = looksBehind;
  }

  /** Returns {@code processDigitArticle(processPunctuation(text))}. */
  public String normalised(String text) {
    return words(withoutMarks(text));
  }

  /** Returns {@code processPunctuation(text)}. */
  public String withoutMarks(String text) {
    return withoutPeriods(withoutPunctuation(text));
  }

  /**
   * Returns the text after the answer processor that mmf calls EvalAI's, {@code
   * EvalAIAnswerProcessor()(text)}. LLaVA processes answers with it before submission ({@code
   * llava/eval/m4c_evaluator.py}), and TextVQA and VizWiz are scored with it.
   */
  public static String evalAi(String text) {
    String plain = PythonText.lower(text).replace(",", "").replace("?", "").replace("'s", " 's");
    return VqaNormaliser.M4C.normalised(VqaAccuracy.oneLine(PythonText.strip(plain)));
  }

  /**
   * Replaces every punctuation character by a space. Deletes it instead if the text contains it
   * next to a space anywhere, or contains a comma between digits anywhere.
   */
  private String withoutPunctuation(String text) {
    boolean deleteAll = text.indexOf(',') >= 0 && digitCommaDigit.matcher(text).find();
    BitSet deleted = new BitSet();
    PUNCTUATION
        .chars()
        .filter(c -> deleteAll || nextToASpace(text, (char) c))
        .forEach(deleted::set);
    StringBuilder result = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (PUNCTUATION.indexOf(c) < 0) {
        result.append(c);
      } else if (!deleted.get(c)) {
        result.append(' ');
      }
    }
    return result.toString();
  }

  private static boolean nextToASpace(String text, char c) {
    return text.contains(c + " ") || text.contains(" " + c);
  }

  /**
   * Deletes periods that no digit follows. All references also seem to test for a digit before the
   * period, but that look-behind is mistyped and never matches, except in VLMEvalKit's.
   */
  private String withoutPeriods(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int deleted = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean delete =
          text.charAt(i) == '.'
              && deleted < MOST_PERIODS
              && (i + 1 == text.length() || !digit.test(text.codePointAt(i + 1)))
              && !(looksBehind && i > 0 && digit.test(text.codePointBefore(i)));
      if (delete) {
        deleted++;
      } else {
        result.append(text.charAt(i));
      }
    }
    return result.toString();
  }

  private static String words(String text) {
    StringBuilder result = new StringBuilder(text.length());
    for (String word : PythonText.split(PythonText.lower(text))) {
      String replacement = Words.replaced(word);
      if (!replacement.isEmpty()) {
        result.append(result.isEmpty() ? "" : " ").append(replacement);
      }
    }
    return result.toString();
  }

  /** Number words, articles and contractions of the VQA evaluators: {@code vqa-words.txt}. */
  private static final class Words {

    private static final String RESOURCE = "vqa-words.txt";

    private static final Map<String, String> REPLACEMENTS = load();

    private Words() {}

    private static Map<String, String> load() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  Words.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
        return lines
            .lines()
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.split(" "))
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> entry[0], entry -> entry.length == 1 ? "" : entry[1]));
      } catch (IOException e) {
        throw new UncheckedIOException("The resource " + RESOURCE + " cannot be read", e);
      }
    }

    /** Returns the replacement of a lower-case word; empty if the word is dropped. */
    static String replaced(String word) {
      return REPLACEMENTS.getOrDefault(word, word);
    }
  }
}
