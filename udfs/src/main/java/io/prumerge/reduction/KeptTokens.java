package io.prumerge.reduction;

import io.prumerge.lang.Text;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The visual tokens after a cut, row by row: first tokens as they are, then rows that are weighted
 * sums of tokens.
 *
 * @param tokens for each row the token that it is, and whose position it keeps; for a sum only the
 *     latter. The tokens that go on as they are come first, ascending
 * @param share the weights of the sums, one row for each of the last {@code tokens}, one column for
 *     each token before the cut; row-major, empty for none
 * @param sizes how many tokens each row counts for in the attention from this layer up to the next
 *     cut, at least 1: log(size) is added to the score of its key; empty if each counts for one.
 *     (Attention that the next cut asks for as evidence does not know of it.)
 */
public record KeptTokens(int[] tokens, float[] share, int[] sizes) {

  /** Rows that count for one token each. */
  public KeptTokens(int[] tokens, float[] share) {
    this(tokens, share, new int[0]);
  }

  /** Returns the tokens as they are. */
  public static KeptTokens of(int... tokens) {
    return new KeptTokens(tokens, new float[0]);
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
   * @param fewer whether fewer may
   * @throws ReductionException if it is anything else
   */
  public void check(int before, int count, boolean fewer) {
    int sums = sums(before);
    boolean fine = tokens.length == count || fewer && tokens.length < count;
    fine &= sums <= tokens.length && share.length == sums * before;
    int last = -1;
    for (int row = 0; row < tokens.length; row++) {
      boolean sum = row >= tokens.length - sums;
      fine &= tokens[row] > (sum ? -1 : last) && tokens[row] < before;
      last = tokens[row];
    }
    if (!fine) {
      throw new ReductionException(
          Text.format(
              "the method must keep %d of %d tokens, in ascending order, but gave %s%s",
              count,
              before,
              Arrays.toString(tokens),
              share.length == 0 ? "" : " and " + share.length + " weights"));
    }
    if (sizes.length > 0
        && (sizes.length != tokens.length || IntStream.of(sizes).anyMatch(size -> size < 1))) {
      throw new ReductionException(
          Text.format(
              "the method must give one size of at least 1 for each of %d tokens, but gave %s",
              tokens.length, Arrays.toString(sizes)));
    }
    for (float weight : share) {
      if (!Float.isFinite(weight)) {
        throw new ReductionException("the method gave the weight " + weight);
      }
    }
  }
}
