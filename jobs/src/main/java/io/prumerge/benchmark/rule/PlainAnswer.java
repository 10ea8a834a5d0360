package io.prumerge.benchmark.rule;

import io.prumerge.text.Thoughts;
import java.text.Normalizer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An answer or an option without the thought before it and what only says how it looks: full-width
 * and circled letters, bold and italics, LaTeX around texts, invisible characters, and blanks but
 * one. A letter in bold or italics is in parentheses then, and what a box or a tag marks as the
 * answer follows {@code Answer:}.
 */
final class PlainAnswer {

  private static final char MINUS = '\u2212';

  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");

  private static final Pattern MARKED_AS_ANSWER =
      Pattern.compile("\\\\f?boxed(?![A-Za-z])|<answer>", Pattern.CASE_INSENSITIVE);

  private static final Pattern LATEX =
      Pattern.compile(
          "\\\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mathsf|bf|it|rm)(?![A-Za-z])"
              + "|\\\\[()\\[\\]]|</answer>",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern EMPHASISED_LETTER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}])(?:(\\*{1,3}|_{1,2}|`{1,3}) ?([A-Za-z]) ?\\1|\\$ ?([A-Z]) ?\\$)"
              + "(?![\\p{L}\\p{N}])");

  private static final Pattern EMPHASIS = Pattern.compile("[*`]+");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  private PlainAnswer() {}

  /** Returns the text in one line or several, without blanks around. */
  static String of(String text) {
    String plain = Normalizer.normalize(Thoughts.answer(text), Normalizer.Form.NFKC);
    plain = plain.replace(MINUS, '-');
    plain = INVISIBLE.matcher(plain).replaceAll("");
    plain = MARKED_AS_ANSWER.matcher(plain).replaceAll(" Answer: ");
    plain = LATEX.matcher(plain).replaceAll(" ");
    plain = EMPHASISED_LETTER.matcher(plain).replaceAll("($2$3)");
    plain = EMPHASIS.matcher(plain).replaceAll(" ");
    return BLANKS.matcher(plain).replaceAll(PlainAnswer::blank).strip();
  }

  /** Returns a line break for blanks with one, else a blank. */
  private static String blank(MatchResult blanks) {
    return blanks.group().indexOf('\n') < 0 ? " " : "\n";
  }

  /** Returns the text in lower case, of the same length. */
  static String lower(String plain) {
    StringBuilder lower = new StringBuilder(plain.length());
    plain.chars().forEach(one -> lower.append((char) Character.toLowerCase(one)));
    return lower.toString();
  }

  /** Returns the text in lower case and one line, of the same length. */
  static String folded(String plain) {
    return lower(plain).replace('\n', ' ');
  }
}
