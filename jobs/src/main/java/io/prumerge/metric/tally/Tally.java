package io.prumerge.metric.tally;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.metric.tally.Cluster.PairedCluster;
import io.prumerge.metric.tally.Tally.QuestionSubset.Variant;
import java.io.Serializable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
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

  /**
   * A subset of a benchmark's questions, with one tally.
   *
   * @param groups the groups of its questions, each question counted once; empty = all questions
   */
  public record QuestionSubset(Set<String> groups) implements Serializable {

    /** All questions. */
    public static final QuestionSubset ALL = new QuestionSubset(Set.of());

    public QuestionSubset {
      groups = Set.copyOf(groups);
    }

    public static QuestionSubset of(String group) {
      return new QuestionSubset(Set.of(group));
    }

    /**
     * The subsets of a question: all questions, each of its groups, and the rules' unions of
     * groups.
     */
    public static final class QuestionSubsets {

      private final List<QuestionSubset> unions;

      private final Map<List<String>, Set<QuestionSubset>> known = new RecentValues<>();

      QuestionSubsets(List<MetricRule> rules) {
        unions =
            rules.stream()
                .filter(rule -> rule.groups().size() > 1)
                .map(rule -> new QuestionSubset(rule.groups()))
                .distinct()
                .toList();
      }

      /**
       * Returns the subsets of a question.
       *
       * @param groups its category and further groups
       */
      Set<QuestionSubset> of(List<String> groups) {
        return known.computeIfAbsent(groups, this::slices);
      }

      private Set<QuestionSubset> slices(List<String> groups) {
        Set<QuestionSubset> slices = new LinkedHashSet<>();
        slices.add(QuestionSubset.ALL);
        groups.forEach(group -> slices.add(QuestionSubset.of(group)));
        for (QuestionSubset union : unions) {
          if (!Collections.disjoint(union.groups(), groups)) {
            slices.add(union);
          }
        }
        return slices;
      }
    }

    /** The questions of a metric. */
    public enum Variant {
      /** All of them; an error is a wrong answer. */
      EVERY(""),
      /** Those without an error. */
      ANSWERED("_answered_only");

      private final String suffix;

      Variant(String suffix) {
        this.suffix = suffix;
      }

      /** Returns the metric's name in this variant. */
      public String named(String metric) {
        return metric + suffix;
      }
    }
  }
}
