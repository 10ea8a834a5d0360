package io.prumerge.metric;

/**
 * The difference of two retentions, in points. For several seeds, error and test are those of their
 * mean: over images, for these seeds.
 *
 * @param a index among the entrants
 * @param b index of the entrant that it is compared with, larger than {@code a}
 * @param comparison {@code a} less {@code b}, paired by image
 */
public record RetentionPair(int a, int b, Comparison comparison) {

  RetentionPair withAdjusted(double pValue) {
    return new RetentionPair(a, b, comparison.withAdjusted(pValue));
  }
}
