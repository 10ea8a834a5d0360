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

  /** Sums of one benchmark of one run. */
  static final class OfPlace implements Serializable {
    private static final long serialVersionUID = 1L;

    /** By method. */
    final long[] n;

    final double[] scores;

    /** By compared pair. */
    final PairVotes[] pairs;

    /** By group. */
    final BestVotes[] best;

    final SplitVotes[] split;

    private OfPlace(RunMethods methods) {
      n = new long[methods.size()];
      scores = new double[methods.size()];
      pairs = new PairVotes[methods.pairs().size()];
      Arrays.setAll(pairs, i -> new PairVotes());
      best = methods.groups().stream().map(BestVotes::new).toArray(BestVotes[]::new);
      split = methods.groups().stream().map(SplitVotes::new).toArray(SplitVotes[]::new);
    }

    private void add(Vote[] votes, RunMethods methods) {
      for (int i = 0; i < votes.length; i++) {
        if (Vote.isScored(votes[i])) {
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
      for (int i = 0; i < best.length; i++) {
        best[i].add(votes, methods.baseline());
        split[i].add(votes);
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
      for (int i = 0; i < best.length; i++) {
        best[i].add(other.best[i]);
        split[i].add(other.split[i]);
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
