package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.PythonNumber;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Extracts an answer as MATH-Vision does (mathvision-cuhk/MATH-V, evaluation/evaluate.py, and
 * {@code find_math_answer} of evaluation/utils.py); lmms-eval's tasks/mathvision/utils.py does the
 * same.
 */
final class MathVisionAnswer {

  private static final String LETTERS = "ABCDE";
  private static final String IS = "is ";
  private static final String BOXED = "oxed{";
  private static final String LAST_BOX = "\\boxed{";

  private static final List<String> PHRASES =
      List.of(
          "the final answer is", "the answer is", "the correct answer is", "the answer should be");

  /** What is removed from an answer, or replaced by what follows it, in this order, as there. */
  private static final String[][] PLAIN = {
    {" ", ""},
    {"\\,", ""},
    {"\u221e", "\\infty"},
    {"+\\infty", "\\infty"},
    {"\\\\", "\\"},
    {"\n", ""},
    {"\\text", ""},
    {"\\mbox", ""},
    {"bmatrix", "pmatrix"},
    {"\\left", ""},
    {"\\right", ""},
    {"^{\\circ}", ""},
    {"^\\circ", ""},
    {"{m}^3", ""},
    {"m^3", ""},
    {"{units}", ""},
    {"units", ""},
    {"{km}", ""},
    {"km", ""},
    {"\\!", ""},
    {"\\\\", "\\"},
    {"tfrac", "frac"},
    {"dfrac", "frac"},
    {"\\left", ""},
    {"\\right", ""},
    {"^{\\circ}", ""},
    {"^\\circ", ""},
    {"\\$", ""},
    {"$", ""},
    {"\\%", ""},
    {"{.", "{0."},
  };

  private static final String APPROXIMATELY = "\\approx";
  private static final String ROOT = "\\sqrt";
  private static final String FRACTION = "\\frac";
  private static final String HALF = "0.5";

  private static final String INTEGER = "(0|-?[1-9][0-9]{0,4299})"; // so many digits Python reads
  private static final Pattern QUOTIENT = Pattern.compile(INTEGER + "/" + INTEGER);

  private MathVisionAnswer() {}

  /** Returns the answer in lower case; empty if there is none. */
  static String extract(String response) {
    String answer = number(letter(PythonText.strip(response)));
    if (!answer.contains(BOXED)) {
      answer = afterPhrases(answer);
    } else if (answer.indexOf(BOXED) != answer.lastIndexOf(BOXED)) {
      answer = LAST_BOX + after(answer, BOXED);
    }
    String plain = plain(PythonText.lower(answer));
    for (String form : List.of("(%s)", "{%s}")) {
      for (char letter : PythonText.lower(LETTERS).toCharArray()) {
        plain = plain.replace(form.replace("%s", String.valueOf(letter)), String.valueOf(letter));
      }
    }
    return PythonText.strip(withoutStart(withoutEnd(plain, '.'), ':'));
  }

  /** Returns the letter that an answer begins or ends with; the answer if it does with none. */
  private static String letter(String answer) {
    for (char c : LETTERS.toCharArray()) {
      if (answer.endsWith(" " + c + ".")
          || answer.endsWith(" (" + c + ").")
          || answer.startsWith(c + "\n")
          || answer.startsWith("(" + c + ")\n")
          || answer.startsWith("(" + c + ") " + c + "\n")) {
        return String.valueOf(c);
      }
    }
    return answer;
  }

  /** Returns the number that an answer ends with after the word is; the answer if there is none. */
  private static String number(String answer) {
    String last = withoutEnd(after(answer, IS), '.');
    return PythonNumber.floating(last).isPresent() ? last : answer;
  }

  private static String afterPhrases(String answer) {
    String rest = answer;
    for (String phrase : PHRASES) {
      rest = afterPhrase(rest, phrase);
      rest = afterPhrase(rest, phrase.replace("the", "The"));
    }
    return rest;
  }

  /** Returns what follows a phrase in its line and sentence; all of it without the phrase. */
  private static String afterPhrase(String answer, String phrase) {
    String rest = PythonText.strip(after(answer, phrase));
    return answer.contains(phrase) ? before(before(rest, "\n"), ". ") : rest;
  }

  /** Returns the content of the box, or of the whole answer, without what LaTeX dresses it in. */
  private static String plain(String answer) {
    String rest = withoutUnopened(boxed(answer.replace("{}", "")));
    rest = after(after(rest, "="), APPROXIMATELY);
    for (String[] pair : PLAIN) {
      rest = rest.replace(pair[0], pair[1]);
    }
    if (rest.startsWith(".")) {
      rest = "0" + rest;
    }
    return fractions(rest.contains(ROOT) ? withBracedRoots(rest) : rest);
  }

  /** Returns what stands between the first box's brace and the last brace that closes. */
  private static String boxed(String answer) {
    int box = answer.indexOf(BOXED);
    int end = answer.lastIndexOf('}');
    int start = box + BOXED.length();
    return box >= 0 && end >= start ? answer.substring(start, end) : answer;
  }

  private static String withoutUnopened(String answer) {
    int close = answer.indexOf('}');
    int open = answer.indexOf('{');
    return close >= 0 && (open < 0 || close < open) ? answer.substring(0, close) : answer;
  }

  /** Returns the answer with braces around what is one letter long after each root sign. */
  private static String withBracedRoots(String answer) {
    String[] parts = answer.split(Pattern.quote(ROOT), -1);
    StringBuilder braced = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      braced.append(ROOT);
      if (parts[i].isEmpty() || parts[i].startsWith("{")) {
        braced.append(parts[i]);
      } else {
        int end = parts[i].offsetByCodePoints(0, 1);
        braced.append('{').append(parts[i], 0, end).append('}').append(parts[i].substring(end));
      }
    }
    return braced.toString();
  }

  private static String fractions(String answer) {
    String rest = answer.contains("sqrt") ? withBracedFractions(answer) : answer;
    if (rest.equals(HALF)) {
      return "\\frac{1}{2}";
    }
    Matcher quotient = QUOTIENT.matcher(rest);
    return quotient.matches()
        ? "\\frac{" + quotient.group(1) + "}{" + quotient.group(2) + "}"
        : rest;
  }

  /**
   * Returns the answer with braces around the numerators and denominators that are one letter long;
   * as it is if one is missing.
   */
  private static String withBracedFractions(String answer) {
    String[] parts = answer.split(Pattern.quote(FRACTION), -1);
    StringBuilder braced = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      braced.append(FRACTION);
      if (part.startsWith("{")) {
        braced.append(part);
        continue;
      }
      if (part.codePointCount(0, part.length()) < 2) {
        return answer;
      }
      int middle = part.offsetByCodePoints(0, 1);
      braced.append('{').append(part, 0, middle).append('}');
      if (part.startsWith("{", middle)) {
        braced.append(part.substring(middle));
      } else {
        int end = part.offsetByCodePoints(middle, 1);
        braced.append('{').append(part, middle, end).append('}').append(part.substring(end));
      }
    }
    return braced.toString();
  }

  /** Returns what follows the last mark; all of it if there is none. */
  private static String after(String text, String mark) {
    int last = text.lastIndexOf(mark);
    return last < 0 ? text : text.substring(last + mark.length());
  }

  private static String before(String text, String mark) {
    int first = text.indexOf(mark);
    return first < 0 ? text : text.substring(0, first);
  }

  private static String withoutEnd(String text, char mark) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == mark) {
      end--;
    }
    return text.substring(0, end);
  }

  private static String withoutStart(String text, char mark) {
    int start = 0;
    while (start < text.length() && text.charAt(start) == mark) {
      start++;
    }
    return text.substring(start);
  }
}
