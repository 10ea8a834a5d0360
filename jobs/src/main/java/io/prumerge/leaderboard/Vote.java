package io.prumerge.leaderboard;

/** One method's answer to one question: its score, its tokens and its patches. */
final class Vote {

  /** A score from which a question counts as answered. */
  private static final double ANSWERED = 0.5;

  private long answer;
  private boolean failed;
  private double score = Double.NaN;
  private double tokens = Double.NaN;
  private long[] kept;

  /**
   * Adds the row of scores.
   *
   * @param parsed a hash of the parsed answer
   * @param error whether the answer is an error
   * @param points 0..1
   */
  void score(long parsed, boolean error, double points) {
    answer = parsed;
    failed = error;
    score = points;
  }

  /**
   * Adds the row of predictions.
   *
   * @param mean visual tokens in a decoder layer; NaN if unknown
   * @param patches the kept ones, a bit each; null if the method names none
   */
  void predict(double mean, long[] patches) {
    tokens = mean;
    kept = patches;
  }

  /** Returns whether a method was asked and has a score. */
  static boolean isScored(Vote vote) {
    return vote != null && vote.isScored();
  }

  boolean isScored() {
    return !Double.isNaN(score);
  }

  double score() {
    return score;
  }

  /** Returns whether the answer, which is scored, counts as right. */
  boolean isRight() {
    return score >= ANSWERED;
  }

  double tokens() {
    return tokens;
  }

  boolean isFailed() {
    return failed;
  }

  /** Returns whether both gave the same answer; an error equals nothing. */
  boolean agrees(Vote other) {
    return !failed && !other.failed && answer == other.answer;
  }

  boolean namesPatches() {
    return kept != null;
  }

  /** Returns the patches that both keep divided by those that one of them keeps, 0..1. */
  double overlap(Vote other) {
    int shared = 0;
    int all = 0;
    for (int i = 0; i < Math.max(kept.length, other.kept.length); i++) {
      long own = i < kept.length ? kept[i] : 0;
      long theirs = i < other.kept.length ? other.kept[i] : 0;
      shared += Long.bitCount(own & theirs);
      all += Long.bitCount(own | theirs);
    }
    return all == 0 ? 1 : (double) shared / all;
  }
}
