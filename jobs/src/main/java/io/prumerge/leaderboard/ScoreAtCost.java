package io.prumerge.leaderboard;

/**
 * What a method scores, and what it costs.
 *
 * @param score the more the better
 * @param cost at least 0; NaN if it is not known, which beats nothing and is not beaten
 */
public record ScoreAtCost(double score, double cost) {

  /**
   * A cost that is larger or smaller by less than this part counts as equal: methods that keep the
   * same number of tokens differ in the length of their answers.
   */
  public static final double EQUAL_COST = 0.01;

  /** Returns whether another is at least as good and better in score or cost, as measured. */
  public boolean isBeatenBy(ScoreAtCost other) {
    return other.score >= score
        && other.cost <= (1 + EQUAL_COST) * cost
        && (other.score > score || other.cost < (1 - EQUAL_COST) * cost);
  }
}
