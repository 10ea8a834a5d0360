package io.prumerge.metric.tally;

import io.prumerge.metric.tally.Cluster.PairedCluster;
import io.prumerge.metric.tally.QuestionSubset.Variant;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A value of every {@link Sum}; counts are exact up to 2^53. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] sums = new double[Sum.values().length];

  public void add(Sum what, double amount) {
    sums[what.ordinal()] += amount;
  }

  public void add(Tally other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  public double of(Sum what) {
    return sums[what.ordinal()];
  }

  public long count(Sum what) {
    return (long) sums[what.ordinal()];
  }

  /**
   * Returns the weighted sum of all values.
   *
   * @param weights by {@link Sum#ordinal()}
   */
  public double dot(double[] weights) {
    double dot = 0;
    for (int i = 0; i < sums.length; i++) {
      dot += weights[i] * sums[i];
    }
    return dot;
  }

  /** Quantities of a set of questions that add up over images. */
  public enum Sum {
    /** Scored questions, errors included. */
    N,
    /** Images with a scored question. */
    CLUSTERS,
    ERRORS,
    UNPARSED,
    /** Questions without an answer; not in {@link #N}. */
    MISSING,
    /** Scores of 0..1. */
    SCORE,
    /** Overlaps of boxes, 0..1. */
    IOU,
    /** Units with an answered question. */
    UNITS,
    /** Units with a question without an answer. */
    UNITS_PARTIAL,
    /** Units whose questions all have score 1. */
    UNITS_RIGHT,
    /** Answers yes. */
    YES,
    /** Answer yes, label yes. */
    TRUE_POSITIVE,
    /** Answer yes, label no. */
    FALSE_POSITIVE,
    /** Answer no, label yes. */
    FALSE_NEGATIVE,
    /** Scored questions with label yes. */
    LABEL_YES,
    /** Scored questions with label no. */
    LABEL_NO,
    /** Scores of guesses. */
    CHANCE,
    /** Number of {@link #UNITS} that guesses get right. */
    UNITS_CHANCE,
    /** Scored questions that the baseline answered too. */
    COMPARED,
    /** Questions with the same answer as the baseline. */
    LOYAL,
    /** A judge's points for the answers. */
    CANDIDATE,
    /** A judge's points for the reference's answers to the same questions. */
    REFERENCE
  }

  /**
   * The first pass over the clusters: adds up the questions of every result's subsets, up to a
   * number of them.
   */
  public static final class Totals implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<ScoreKey, EnumMap<Variant, HashMap<QuestionSubset, Tally>>> results =
        new HashMap<>();
    private final int most;
    private boolean several;
    private boolean tooMany;

    /**
     * Creates empty sums.
     *
     * @param most subsets of a result that are counted; there are about as many as groups
     */
    public Totals(int most) {
      this.most = most;
    }

    public Totals add(PairedCluster image) {
      several |= image.several();
      for (Cluster cluster : image.clusters().values()) {
        Map<QuestionSubset, Tally> every = cluster.tallies(Variant.EVERY);
        add(cluster.key(), Variant.EVERY, every);
        add(
            cluster.key(),
            Variant.ANSWERED,
            cluster.hasErrors() ? cluster.tallies(Variant.ANSWERED) : every);
      }
      return this;
    }

    public Totals add(Totals other) {
      several |= other.several;
      tooMany |= other.tooMany;
      other.results.forEach(
          (key, variants) -> variants.forEach((variant, tallies) -> add(key, variant, tallies)));
      return this;
    }

    private void add(ScoreKey key, Variant variant, Map<QuestionSubset, Tally> tallies) {
      Map<QuestionSubset, Tally> sums =
          results
              .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
              .computeIfAbsent(variant, absent -> new HashMap<>());
      tallies.forEach(
          (slice, tally) -> {
            if (sums.size() < most || sums.containsKey(slice)) {
              sums.computeIfAbsent(slice, absent -> new Tally()).add(tally);
            } else {
              tooMany = true;
            }
          });
    }

    /** Returns whether a result has more subsets than are counted, so that these sums lack some. */
    public boolean hasTooMany() {
      return tooMany;
    }

    /** Returns whether a question is about several images. */
    public boolean hasSeveral() {
      return several;
    }

    public boolean hasErrors(ScoreKey key) {
      return of(key, Variant.EVERY).get(QuestionSubset.ALL).count(Sum.ERRORS) > 0;
    }

    public Set<ScoreKey> keys() {
      return results.keySet();
    }

    public Map<QuestionSubset, Tally> of(ScoreKey key, Variant variant) {
      return results.get(key).get(variant);
    }
  }
}
