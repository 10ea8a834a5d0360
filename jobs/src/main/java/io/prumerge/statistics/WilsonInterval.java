package io.prumerge.statistics;

/**
 * Wilson's score interval of a share whose standard error is clustered (Wilson, 1927; with
 * effective sample sizes Dean and Pagano, "Evaluating confidence interval methods for binomial
 * proportions in clustered surveys", 2015): as many independent answers as would have that error,
 * and Student's t in place of the normal quantile. It stays within 0 and 1, and at either end still
 * reaches inwards.
 */
public final class WilsonInterval {

  /** Nearer to an end than any share of what can be counted: sums of groups are not rounded. */
  private static final double END = 1e-12;

  private WilsonInterval() {}

  /**
   * Returns the interval around a share. Where all is right or all is wrong, there is no error to
   * use, and each cluster counts as one answer. Where each cluster has the same share, there is
   * none either: then as many clusters as may have gone unseen have all right, or all wrong.
   *
   * @param share 0..1
   * @param error its standard error
   * @param clusters at least 2
   */
  public static Interval of(double share, double error, long clusters) {
    double square = Math.pow(StudentT.quantile((1 + Interval.LEVEL) / 2, clusters), 2);
    double right = Math.min(1, Math.max(0, share));
    double variance = right * (1 - right);
    if (error < END && variance >= END) {
      double unseen = UnseenShare.most(clusters);
      return new Interval(right - unseen * right, right + unseen * (1 - right));
    }
    double perAnswer = variance < END ? square / clusters : square * error * error / variance;
    double centre = (right + perAnswer / 2) / (1 + perAnswer);
    double reach = Math.sqrt(perAnswer * variance + perAnswer * perAnswer / 4) / (1 + perAnswer);
    // At a share of 0 or 1 the interval ends exactly there, despite rounding.
    return new Interval(
        right < END ? 0 : Math.max(0, Math.min(right, centre - reach)),
        right > 1 - END ? 1 : Math.min(1, Math.max(right, centre + reach)));
  }
}
