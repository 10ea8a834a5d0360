package io.prumerge.benchmark;

/**
 * One answer against its reference.
 *
 * @param parsed what the parser read out of the answer; empty when {@code unparsed}
 * @param unparsed whether the parser found nothing to read
 * @param value 0..1
 */
public record Score(String parsed, boolean unparsed, double value) {

  public Score {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("A score lies in 0..1, this one is " + value);
    }
  }
}
