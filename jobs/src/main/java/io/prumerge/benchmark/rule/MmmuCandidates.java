package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.PythonNumber;
import io.prumerge.lang.Text;
import io.prumerge.text.PythonFloat;
import io.prumerge.text.PythonText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an answer to one of MMMU's open questions may mean, as {@code parse_open_response} reads it
 * (MMMU-Benchmark/MMMU, mmmu/utils/eval_utils.py): the ends of its lines after words that announce
 * a result, and all numbers in them. Takes time in proportion to the answer's length.
 *
 * @param texts in lower case
 * @param numbers rounded to {@link #DECIMALS}
 */
record MmmuCandidates(Set<String> texts, Set<Double> numbers) {

  private static final List<String> ANNOUNCEMENTS =
      List.of("could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ");

  /** Announces a result in the last line alone. */
  private static final String EQUALS = "=";

  /** Ends of lines that say nothing. */
  private static final Set<String> MARKS = Set.of(":", ",", ".", "!", "?", ";", "'");

  private static final int DECIMALS = 2;

  private static final String NO_WORD_BEFORE = "(?<![\\p{L}\\p{N}_])";
  private static final String NO_WORD_AFTER = "(?![\\p{L}\\p{N}_])";

  /** Keeps a run of digits from being tried again at each of its digits. */
  private static final String RUN = "(?<![0-9])[0-9]++";

  /** The three forms of numbers; a text may be one in several of them, with other values. */
  private static final List<Pattern> NUMBERS =
      List.of(
          Pattern.compile("-?" + NO_WORD_BEFORE + "[0-9]{1,3}(?:,[0-9]{3})+" + NO_WORD_AFTER),
          Pattern.compile("-?" + RUN + "(?:\\.[0-9]++)?+[eE][+-]?[0-9]++"),
          Pattern.compile(
              Text.format(
                  "-?(?:%s\\.[0-9]++|\\.[0-9]++|%s%s)(?![eE][+-]?[0-9])(?![,0-9])",
                  RUN, RUN, NO_WORD_AFTER)));

  /** Returns what an answer may mean. */
  static MmmuCandidates read(String answer) {
    List<String> ends = ends(PythonText.lower(PythonText.strip(PythonText.strip(answer), '.')));
    Stream<String> found = ends.stream().flatMap(MmmuCandidates::numbersIn);
    return of(Stream.concat(ends.stream(), found));
  }

  /** Returns what right answers mean. */
  static MmmuCandidates of(Stream<String> answers) {
    Set<String> texts = new LinkedHashSet<>();
    Set<Double> numbers = new LinkedHashSet<>();
    answers
        .map(PythonText::strip)
        .forEach(
            answer ->
                number(answer)
                    .ifPresentOrElse(
                        number -> numbers.add(rounded(number)),
                        () -> texts.addAll(spellings(PythonText.lower(answer)))));
    return new MmmuCandidates(texts, numbers);
  }

  /** Returns whether a right text occurs in one of the texts, or a number is a right one. */
  boolean match(MmmuCandidates right) {
    return numbers.stream().anyMatch(number -> right.hasNumber(number))
        || texts.stream().anyMatch(text -> right.texts.stream().anyMatch(text::contains));
  }

  private boolean hasNumber(double number) {
    return numbers.stream().anyMatch(other -> number == other);
  }

  /** Returns all of them; numbers as Python writes them. */
  String written() {
    return Stream.concat(texts.stream(), numbers.stream().map(PythonFloat::repr))
        .collect(Collectors.joining(" | "));
  }

  /** Returns the ends of lines that are announced; the whole text if there are none. */
  private static List<String> ends(String text) {
    List<String> ends = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      ends.add(end(text.substring(start, end), ANNOUNCEMENTS.stream()));
      start = end + 1;
    }
    ends.add(end(text.substring(start), Stream.concat(ANNOUNCEMENTS.stream(), Stream.of(EQUALS))));
    ends.removeIf(end -> end.isEmpty() || MARKS.contains(end));
    return ends.isEmpty() ? List.of(text) : ends;
  }

  /**
   * Returns the shortest text after the last of an announcement; empty if there is none. One that
   * is empty loses against the next, whatever its length.
   */
  private static String end(String line, Stream<String> announcements) {
    return announcements
        .filter(line::contains)
        .map(words -> PythonText.strip(line.substring(line.lastIndexOf(words) + words.length())))
        .reduce("", (best, end) -> best.isEmpty() || end.length() < best.length() ? end : best);
  }

  private static Stream<String> numbersIn(String text) {
    String plain = PythonText.withAsciiDigits(text);
    return NUMBERS.stream()
        .flatMap(form -> form.matcher(plain).results().map(found -> found.group()));
  }

  private static OptionalDouble number(String text) {
    return PythonNumber.floating(text.replace(",", ""));
  }

  private static double rounded(double number) {
    return Double.isFinite(number)
        ? new BigDecimal(number).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue()
        : number;
  }

  /** Returns a text; with a blank before or after it if it is one character, as in words. */
  private static List<String> spellings(String text) {
    return text.codePointCount(0, text.length()) == 1
        ? List.of(" " + text, text + " ")
        : List.of(text);
  }
}
