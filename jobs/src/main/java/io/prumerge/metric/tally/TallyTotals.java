package io.prumerge.metric.tally;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The first pass over the clusters: adds up the questions of every result's subsets, up to a number
 * of them.
 */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
public final class TallyTotals implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<ScoreKey, EnumMap<QuestionVariant, HashMap<QuestionSubset, Tally>>> results =
      new HashMap<>();
  private final int most;
  private boolean several;
  private boolean tooMany;

  /**
   * Creates empty sums.
   *
   * @param most subsets of a result that are counted; there are about as many as groups
   */
  public TallyTotals(int most) {
    this.most = most;
  }

  public TallyTotals add(PairedCluster image) {
    several |= image.several();
    for (Cluster cluster : image.clusters().values()) {
      Map<QuestionSubset, Tally> every = cluster.tallies(QuestionVariant.EVERY);
      add(cluster.key(), QuestionVariant.EVERY, every);
      add(
          cluster.key(),
          QuestionVariant.ANSWERED,
          cluster.hasErrors() ? cluster.tallies(QuestionVariant.ANSWERED) : every);
    }
    return this;
  }

  public TallyTotals add(TallyTotals other) {
    several |= other.several;
    tooMany |= other.tooMany;
    other.results.forEach(
        (key, variants) -> variants.forEach((variant, tallies) -> add(key, variant, tallies)));
    return this;
  }

  private void add(ScoreKey key, QuestionVariant variant, Map<QuestionSubset, Tally> tallies) {
    Map<QuestionSubset, Tally> sums =
        results
            .computeIfAbsent(key, absent -> new EnumMap<>(QuestionVariant.class))
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
    return of(key, QuestionVariant.EVERY).get(QuestionSubset.ALL).count(TallySum.ERRORS) > 0;
  }

  public Set<ScoreKey> keys() {
    return results.keySet();
  }

  public Map<QuestionSubset, Tally> of(ScoreKey key, QuestionVariant variant) {
    return results.get(key).get(variant);
  }
}
