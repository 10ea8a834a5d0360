package io.prumerge.leaderboard;

import java.io.Serializable;
import java.util.OptionalDouble;

/** Sums over the questions that all methods of a group and the baseline answered. */
final class BestVotes implements Serializable {

  private static final long serialVersionUID = 1L;

  private final RunMethods.Group group;

  /** By the group's members. */
  private final double[] scores;

  private long n;
  private double baselineScore;
  private double best;

  /** Questions whose baseline gave an answer, with a known number of tokens. */
  private long keepable;

  /** Those to which a method gave the same answer. */
  private long kept;

  private double fewestTokens;
  private double baselineTokens;

  BestVotes(RunMethods.Group group) {
    this.group = group;
    scores = new double[group.members().length];
  }

  /**
   * Adds a question.
   *
   * @param number the baseline's, or {@link RunMethods#NONE}
   */
  void add(Vote[] votes, int number) {
    Vote baseline = number == RunMethods.NONE ? null : votes[number];
    boolean whole = number == RunMethods.NONE || Vote.isScored(baseline);
    for (int member : group.members()) {
      whole &= Vote.isScored(votes[member]);
    }
    if (!whole) {
      return;
    }
    n++;
    double highest = 0;
    for (int i = 0; i < scores.length; i++) {
      double score = votes[group.members()[i]].score();
      scores[i] += score;
      highest = Math.max(highest, score);
    }
    best += highest;
    if (baseline != null) {
      baselineScore += baseline.score();
      addTokens(votes, baseline);
    }
  }

  private void addTokens(Vote[] votes, Vote baseline) {
    if (baseline.isFailed() || Double.isNaN(baseline.tokens())) {
      return;
    }
    double fewest = Double.POSITIVE_INFINITY;
    for (int member : group.members()) {
      if (votes[member].agrees(baseline) && !Double.isNaN(votes[member].tokens())) {
        fewest = Math.min(fewest, votes[member].tokens());
      }
    }
    keepable++;
    kept += fewest < Double.POSITIVE_INFINITY ? 1 : 0;
    fewestTokens += Math.min(fewest, baseline.tokens());
    baselineTokens += baseline.tokens();
  }

  void add(BestVotes other) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] += other.scores[i];
    }
    n += other.n;
    baselineScore += other.baselineScore;
    best += other.best;
    keepable += other.keepable;
    kept += other.kept;
    fewestTokens += other.fewestTokens;
    baselineTokens += other.baselineTokens;
  }

  boolean isEmpty() {
    return n == 0;
  }

  /** Returns the figures of at least one question. */
  Oracle oracle(Votes.Place place, RunMethods methods) {
    int first = 0;
    for (int i = 1; i < scores.length; i++) {
      first = scores[i] > scores[first] ? i : first;
    }
    boolean compared = methods.baseline() != RunMethods.NONE;
    return new Oracle(
        place.runId(),
        methods.model(),
        place.benchmark(),
        place.split(),
        group.budget(),
        scores.length,
        n,
        compared ? Percent.of(baselineScore, n) : OptionalDouble.empty(),
        methods.name(group.members()[first]),
        Percent.of(scores[first], n),
        Percent.of(best, n),
        keepable,
        Percent.of(kept, keepable),
        Percent.mean(baselineTokens, keepable),
        Percent.mean(fewestTokens, keepable));
  }
}
