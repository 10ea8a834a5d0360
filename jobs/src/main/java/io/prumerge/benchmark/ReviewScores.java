package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The points that a judge gave two answers to the same question.
 *
 * @param reference of the reference's answer, which stood first
 * @param candidate of the answer that is scored
 */
public record ReviewScores(double reference, double candidate) {

  /** The judge is asked for points from 1 to this. */
  public static final double MOST = 10;

  /** What the references note for a review that has no points. */
  public static final ReviewScores NONE = new ReviewScores(-1, -1);

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?");

  /** The points out of {@link Score#parsed}; {@link #NONE} where it is empty. */
  public static ReviewScores of(String parsed) {
    return official(parsed);
  }

  /**
   * LLaVA's {@code eval_gpt_review_bench.py}: the first line, commas made spaces, cut at single
   * spaces, is exactly two numbers.
   */
  static ReviewScores official(String review) {
    String[] pieces = firstLine(review).replace(',', ' ').split(" ", -1);
    if (pieces.length != 2) {
      return NONE;
    }
    OptionalDouble reference = PythonNumber.of(pieces[0]);
    OptionalDouble candidate = PythonNumber.of(pieces[1]);
    return reference.isPresent() && candidate.isPresent()
        ? new ReviewScores(reference.getAsDouble(), candidate.getAsDouble())
        : NONE;
  }

  /**
   * lmms-eval's {@code _parse_comparative_scores}: the first two numbers in the first line that is
   * not blank.
   */
  static ReviewScores lmmsEval(String review) {
    // The reference makes commas and semicolons spaces first; neither is part of a number anyhow.
    Matcher matcher = NUMBER.matcher(firstLine(PythonText.strip(review)));
    List<Double> numbers = new ArrayList<>();
    while (numbers.size() < 2 && matcher.find()) {
      numbers.add(Double.parseDouble(matcher.group()));
    }
    return numbers.size() == 2 ? new ReviewScores(numbers.get(0), numbers.get(1)) : NONE;
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /** As {@link Score#parsed} has it. */
  String text() {
    return reference + " " + candidate;
  }

  /** The candidate's points as a score. */
  double share() {
    return Math.min(1, Math.max(0, candidate / MOST));
  }
}
