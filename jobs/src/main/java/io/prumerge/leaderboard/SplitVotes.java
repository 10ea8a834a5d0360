package io.prumerge.leaderboard;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Sums over easy and over hard questions, by all methods of a group; none without a control. */
final class SplitVotes implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A score from which a question counts as answered. */
  private static final double ANSWERED = 0.5;

  private final RunMethods.Group group;
  private final long[] easy;
  private final long[] hard;
  private final double[] easyScores;
  private final double[] hardScores;

  SplitVotes(RunMethods.Group group) {
    this.group = group;
    int methods = group.scored().length;
    easy = new long[methods];
    hard = new long[methods];
    easyScores = new double[methods];
    hardScores = new double[methods];
  }

  /** Adds a question. */
  void add(Vote[] votes) {
    if (group.control() == RunMethods.NONE || !Vote.isScored(votes[group.control()])) {
      return;
    }
    boolean answered = votes[group.control()].score() >= ANSWERED;
    for (int i = 0; i < group.scored().length; i++) {
      Vote vote = votes[group.scored()[i]];
      if (Vote.isScored(vote)) {
        (answered ? easy : hard)[i]++;
        (answered ? easyScores : hardScores)[i] += vote.score();
      }
    }
  }

  void add(SplitVotes other) {
    for (int i = 0; i < easy.length; i++) {
      easy[i] += other.easy[i];
      hard[i] += other.hard[i];
      easyScores[i] += other.easyScores[i];
      hardScores[i] += other.hardScores[i];
    }
  }

  /** Returns a row for each method that answered. */
  List<Difficulty> difficulties(Votes.Place place, RunMethods methods) {
    List<Difficulty> rows = new ArrayList<>();
    for (int i = 0; i < easy.length; i++) {
      if (easy[i] + hard[i] > 0) {
        rows.add(
            new Difficulty(
                place.runId(),
                methods.model(),
                place.benchmark(),
                place.split(),
                group.budget(),
                methods.name(group.control()),
                methods.name(group.scored()[i]),
                easy[i],
                Percent.of(easyScores[i], easy[i]),
                hard[i],
                Percent.of(hardScores[i], hard[i])));
      }
    }
    return rows;
  }
}
