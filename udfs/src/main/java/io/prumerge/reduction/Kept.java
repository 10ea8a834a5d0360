package io.prumerge.reduction;

import java.util.Arrays;
import java.util.Locale;

/**
 * The visual tokens behind a cut, row by row: first tokens as they are, then rows that are weighted
 * sums of tokens.
 *
 * @param tokens for each row the token that it is, and whose position it keeps; for a sum only the
 *     latter. The tokens that go on as they are come first, ascending
 * @param share the weights of the sums, one row for each of the last {@code tokens}, one column for
 *     each token before the cut; row-major, empty for none
 */
public record Kept(int[] tokens, float[] share) {

  /** Tokens as they are. */
  public static Kept of(int... tokens) {
    return new Kept(tokens, new float[0]);
  }

  /** Returns the number of rows that are sums. */
  public int sums(int before) {
    return before == 0 ? 0 : share.length / before;
  }

  /**
   * Checks it against what the cut has said.
   *
   * @param before tokens that reached the cut
   * @param count tokens that were to go on
   * @throws ReductionException if it is anything else
   */
  public void check(int before, int count) {
    int sums = sums(before);
    boolean fine = tokens.length == count && sums <= count && share.length == sums * before;
    int last = -1;
    for (int row = 0; row < tokens.length; row++) {
      boolean sum = row >= tokens.length - sums;
      fine &= tokens[row] > (sum ? -1 : last) && tokens[row] < before;
      last = tokens[row];
    }
    if (!fine) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "the method must keep %d of %d tokens, in ascending order, but gave %s%s",
              count,
              before,
              Arrays.toString(tokens),
              share.length == 0 ? "" : " and " + share.length + " weights"));
    }
    for (float weight : share) {
      if (!Float.isFinite(weight)) {
        throw new ReductionException("the method gave the weight " + weight);
      }
    }
  }
}
