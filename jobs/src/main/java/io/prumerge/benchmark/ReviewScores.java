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
 * @param reference points of the reference's answer, which came first
 * @param candidate points of the scored answer
 */
public record ReviewScores(double reference, double candidate) {

  /** The most points; the judge gives 1 to this. */
  public static final double MOST = 10;

  /** The value in the reference implementations for a review without points. */
  public static final ReviewScores NONE = new ReviewScores(-1, -1);

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?");

  /** Reads the points from {@link Benchmark.Score#parsed}; {@link #NONE} if it is empty. */
  public static ReviewScores of(String parsed) {
    return official(parsed);
  }

  /**
   * Reads a review as LLaVA's {@code eval_gpt_review_bench.py} does: the first line, with commas
   * replaced by spaces and split at single spaces, must be exactly two numbers.
   */
  public static ReviewScores official(String review) {
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
   * Reads a review as lmms-eval's {@code _parse_comparative_scores} does: the first two numbers in
   * the first line that is not blank.
   */
  public static ReviewScores lmmsEval(String review) {
    // The reference first replaces commas and semicolons by spaces; neither is part of a number.
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

  /** Returns the form in {@link Benchmark.Score#parsed}. */
  public String text() {
    return reference + " " + candidate;
  }

  /** Returns the candidate's points as a score. */
  public double share() {
    return Math.min(1, Math.max(0, candidate / MOST));
  }
}
