package io.prumerge.leaderboard;

import java.io.Serializable;

/** Sums over the questions that two methods answered. */
final class PairVotes implements Serializable {

  private static final long serialVersionUID = 1L;

  private long n;
  private long sameAnswer;
  private long sameScore;
  private long named;
  private double overlap;

  /** Adds a question. */
  void add(Vote a, Vote b) {
    if (a.isScored() && b.isScored()) {
      n++;
      sameAnswer += a.agrees(b) ? 1 : 0;
      sameScore += a.score() == b.score() ? 1 : 0;
    }
    if (a.namesPatches() && b.namesPatches()) {
      named++;
      overlap += a.overlap(b);
    }
  }

  void add(PairVotes other) {
    n += other.n;
    sameAnswer += other.sameAnswer;
    sameScore += other.sameScore;
    named += other.named;
    overlap += other.overlap;
  }

  boolean isEmpty() {
    return n + named == 0;
  }

  Agreement agreement(Votes.Place place, RunMethods methods, RunMethods.Pair pair) {
    return new Agreement(
        place.runId(),
        methods.model(),
        place.benchmark(),
        place.split(),
        methods.name(pair.a()),
        methods.name(pair.b()),
        n,
        Percent.of(sameAnswer, n),
        Percent.of(sameScore, n),
        named,
        Percent.of(overlap, named));
  }
}
