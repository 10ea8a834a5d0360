package io.prumerge.benchmark;

import java.util.OptionalDouble;

/**
 * The score of one answer.
 *
 * @param parsed the value that the parser read from the answer; empty if {@code unparsed}
 * @param unparsed whether the parser found no value
 * @param value 0..1
 * @param iou 0..1, how far the answer's box and the right one overlap: the area of both over that
 *     of either; empty if answers are no boxes
 */
public record Score(String parsed, boolean unparsed, double value, OptionalDouble iou) {

  public Score {
    requireShare(value);
    iou.ifPresent(Score::requireShare);
  }

  /** The score of an answer that is no box. */
  public Score(String parsed, boolean unparsed, double value) {
    this(parsed, unparsed, value, OptionalDouble.empty());
  }

  private static void requireShare(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("A score lies in 0..1, this one is " + value);
    }
  }
}
