package io.prumerge.benchmark;

/**
 * The score of one answer.
 *
 * @param parsed the value that the parser read from the answer; empty if {@code unparsed}
 * @param unparsed whether the parser found no value
 * @param value 0..1
 */
public record Score(String parsed, boolean unparsed, double value) {

  public Score {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("A score lies in 0..1, this one is " + value);
    }
  }
}
