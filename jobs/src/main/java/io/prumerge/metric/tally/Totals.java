package io.prumerge.metric.tally;

import io.prumerge.metric.tally.Cluster.PairedCluster;
import io.prumerge.metric.tally.Tally.Sum;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The first pass over the clusters: adds up the questions of every result's subsets, up to a number
 * of them.
 */
public final class Totals implements Serializable {

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
