package io.prumerge.leaderboard;

import io.prumerge.leaderboard.Votes.Place;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums over questions, by run and benchmark. Their size depends on the numbers of benchmarks,
 * methods and compared pairs, not on the number of questions.
 */
final class VoteSums implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Sums over the questions that two methods answered. */
  static final class OfPair implements Serializable {
    private static final long serialVersionUID = 1L;
    long n;
    long sameAnswer;
    long sameScore;
    long named;
    double overlap;

    private void add(Vote a, Vote b) {
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

    private void add(OfPair other) {
      n += other.n;
      sameAnswer += other.sameAnswer;
      sameScore += other.sameScore;
      named += other.named;
      overlap += other.overlap;
    }
  }

  /** Sums over the questions that all methods of a group and the baseline answered. */
  static final class OfGroup implements Serializable {
    private static final long serialVersionUID = 1L;
    long n;
    double baseline;
    double best;

    /** Questions whose baseline gave an answer, with a known number of tokens. */
    long keepable;

    /** Those to which a method gave the same answer. */
    long kept;

    double fewestTokens;
    double baselineTokens;

    /** By the group's members. */
    final double[] scores;

    /** By all methods of the group: questions that the smaller picture answers, and others. */
    final long[] easy;

    final long[] hard;
    final double[] easyScores;
    final double[] hardScores;

    private OfGroup(RunMethods.Group group) {
      scores = new double[group.members().length];
      easy = new long[group.scored().length];
      hard = new long[group.scored().length];
      easyScores = new double[group.scored().length];
      hardScores = new double[group.scored().length];
    }

    private void add(OfGroup other) {
      n += other.n;
      baseline += other.baseline;
      best += other.best;
      keepable += other.keepable;
      kept += other.kept;
      fewestTokens += other.fewestTokens;
      baselineTokens += other.baselineTokens;
      for (int i = 0; i < scores.length; i++) {
        scores[i] += other.scores[i];
      }
      for (int i = 0; i < easy.length; i++) {
        easy[i] += other.easy[i];
        hard[i] += other.hard[i];
        easyScores[i] += other.easyScores[i];
        hardScores[i] += other.hardScores[i];
      }
    }
  }

  /** Sums of one benchmark of one run. */
  static final class OfPlace implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A score from which a question counts as answered. */
    private static final double ANSWERED = 0.5;

    /** By method. */
    final long[] n;

    final double[] scores;
    final OfPair[] pairs;
    final OfGroup[] groups;

    private OfPlace(RunMethods methods) {
      n = new long[methods.size()];
      scores = new double[methods.size()];
      pairs = new OfPair[methods.pairs().size()];
      Arrays.setAll(pairs, i -> new OfPair());
      groups = methods.groups().stream().map(OfGroup::new).toArray(OfGroup[]::new);
    }

    private void add(Vote[] votes, RunMethods methods) {
      for (int i = 0; i < votes.length; i++) {
        if (isScored(votes[i])) {
          n[i]++;
          scores[i] += votes[i].score();
        }
      }
      List<RunMethods.Pair> compared = methods.pairs();
      for (int i = 0; i < pairs.length; i++) {
        Vote a = votes[compared.get(i).a()];
        Vote b = votes[compared.get(i).b()];
        if (a != null && b != null) {
          pairs[i].add(a, b);
        }
      }
      for (int i = 0; i < groups.length; i++) {
        RunMethods.Group group = methods.groups().get(i);
        best(groups[i], group, votes, methods.baseline());
        difficulty(groups[i], group, votes);
      }
    }

    private static boolean isScored(Vote vote) {
      return vote != null && vote.isScored();
    }

    private static void best(
        OfGroup sums, RunMethods.Group group, Vote[] votes, int baselineNumber) {
      Vote baseline = baselineNumber == RunMethods.NONE ? null : votes[baselineNumber];
      boolean whole = baselineNumber == RunMethods.NONE || isScored(baseline);
      for (int member : group.members()) {
        whole &= isScored(votes[member]);
      }
      if (!whole) {
        return;
      }
      sums.n++;
      double best = 0;
      for (int i = 0; i < group.members().length; i++) {
        double score = votes[group.members()[i]].score();
        sums.scores[i] += score;
        best = Math.max(best, score);
      }
      sums.best += best;
      if (baseline != null) {
        sums.baseline += baseline.score();
        fewest(sums, group, votes, baseline);
      }
    }

    private static void fewest(OfGroup sums, RunMethods.Group group, Vote[] votes, Vote baseline) {
      if (baseline.isFailed() || Double.isNaN(baseline.tokens())) {
        return;
      }
      double fewest = Double.POSITIVE_INFINITY;
      for (int member : group.members()) {
        if (votes[member].agrees(baseline) && !Double.isNaN(votes[member].tokens())) {
          fewest = Math.min(fewest, votes[member].tokens());
        }
      }
      sums.keepable++;
      sums.kept += fewest < Double.POSITIVE_INFINITY ? 1 : 0;
      sums.fewestTokens += Math.min(fewest, baseline.tokens());
      sums.baselineTokens += baseline.tokens();
    }

    private static void difficulty(OfGroup sums, RunMethods.Group group, Vote[] votes) {
      if (group.control() == RunMethods.NONE || !isScored(votes[group.control()])) {
        return;
      }
      boolean easy = votes[group.control()].score() >= ANSWERED;
      for (int i = 0; i < group.scored().length; i++) {
        Vote vote = votes[group.scored()[i]];
        if (isScored(vote)) {
          (easy ? sums.easy : sums.hard)[i]++;
          (easy ? sums.easyScores : sums.hardScores)[i] += vote.score();
        }
      }
    }

    private void add(OfPlace other) {
      for (int i = 0; i < n.length; i++) {
        n[i] += other.n[i];
        scores[i] += other.scores[i];
      }
      for (int i = 0; i < pairs.length; i++) {
        pairs[i].add(other.pairs[i]);
      }
      for (int i = 0; i < groups.length; i++) {
        groups[i].add(other.groups[i]);
      }
    }
  }

  private final HashMap<Place, OfPlace> places = new HashMap<>();

  VoteSums add(Votes.OfQuestion question, RunMethods methods) {
    of(question.place(), methods).add(question.votes(), methods);
    return this;
  }

  VoteSums add(VoteSums other, Map<String, RunMethods> runs) {
    other.places.forEach((place, sums) -> of(place, runs.get(place.runId())).add(sums));
    return this;
  }

  private OfPlace of(Place place, RunMethods methods) {
    return places.computeIfAbsent(place, absent -> new OfPlace(methods));
  }

  Map<Place, OfPlace> places() {
    return places;
  }
}
