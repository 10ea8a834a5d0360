package io.prumerge.report;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The second pass over the clusters: the squared residuals of every figure. */
final class Squares implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<ScoreKey, EnumMap<Variant, double[]>> results = new HashMap<>();

  Squares add(Cluster cluster, Map<ScoreKey, ? extends Map<Variant, Linearised>> figures) {
    figures
        .get(cluster.key())
        .forEach(
            (variant, linearised) -> {
              double[] squares = linearised.residuals(cluster.tallies(variant));
              for (int i = 0; i < squares.length; i++) {
                squares[i] *= squares[i];
              }
              add(cluster.key(), variant, squares);
            });
    return this;
  }

  Squares add(Squares other) {
    other.results.forEach(
        (key, variants) -> variants.forEach((variant, squares) -> add(key, variant, squares)));
    return this;
  }

  private void add(ScoreKey key, Variant variant, double[] squares) {
    double[] sums =
        results
            .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
            .computeIfAbsent(variant, absent -> new double[squares.length]);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += squares[i];
    }
  }

  /** The sum for one figure, by its place in the result's list. */
  double of(ScoreKey key, Variant variant, int figure) {
    return results.get(key).get(variant)[figure];
  }
}
