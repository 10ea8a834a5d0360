package io.prumerge.report;

import io.prumerge.report.Moment.Kind;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The second pass over the images: how far each of them moves every figure and every difference.
 */
final class Moments implements Serializable {

  private static final long serialVersionUID = 1L;

  private final HashMap<ScoreKey, EnumMap<Variant, Moment>> results = new HashMap<>();
  private final HashMap<MethodKey, RetentionMoment> retentions = new HashMap<>();

  /** The same of a retention. */
  private static final class RetentionMoment implements Serializable {
    private static final long serialVersionUID = 1L;
    private double squares;
    private long images;

    void add(double moreSquares, long moreImages) {
      squares += moreSquares;
      images += moreImages;
    }
  }

  Moments add(PairedCluster image, Design design) {
    for (Variant variant : Variant.values()) {
      Map<ScoreKey, double[]> residuals = new HashMap<>();
      Map<ScoreKey, Map<Slice, Tally>> tallies = new HashMap<>();
      image
          .clusters()
          .forEach(
              (key, cluster) -> {
                if (design.variants(key).contains(variant)) {
                  Map<Slice, Tally> sums = cluster.tallies(variant);
                  tallies.put(key, sums);
                  residuals.put(key, design.of(key, variant).linearised().residuals(sums));
                }
              });
      for (ScoreKey key : design.contests(residuals.keySet())) {
        addResult(key, variant, image, design, residuals);
      }
      if (variant == Variant.EVERY) {
        addRetentions(image.runId(), design, residuals, tallies);
      }
    }
    return this;
  }

  private void addResult(
      ScoreKey key,
      Variant variant,
      PairedCluster image,
      Design design,
      Map<ScoreKey, double[]> residuals) {
    Measured measured = design.of(key, variant);
    int figures = measured.figures().size();
    Moment moment = of(key, variant, figures);
    double[] own = residuals.getOrDefault(key, new double[figures]);
    for (int i = 0; i < figures; i++) {
      moment.add(Kind.SQUARES, i, own[i] * own[i]);
      moment.add(Kind.CUBES, i, own[i] * own[i] * own[i]);
    }
    design
        .baseline(key)
        .ifPresent(
            base -> {
              double[] theirs = residuals.get(base);
              for (int i = 0; i < figures; i++) {
                if (measured.partner(i).isPresent()) {
                  double delta =
                      own[i] - (theirs == null ? 0 : theirs[measured.partner(i).getAsInt()]);
                  moment.add(Kind.DELTA_SQUARES, i, delta * delta);
                  moment.add(Kind.DELTA_CUBES, i, delta * delta * delta);
                }
                if (measured.outcomes(i) > 0) {
                  addPairs(moment, i, variant, measured.figures().get(i), image, key, base);
                }
              }
            });
  }

  private static void addPairs(
      Moment moment,
      int index,
      Variant variant,
      Figure figure,
      PairedCluster image,
      ScoreKey key,
      ScoreKey base) {
    Map<Object, Boolean> own = image.outcomes(key, figure, variant);
    Map<Object, Boolean> theirs = image.outcomes(base, figure, variant);
    own.forEach(
        (name, right) -> {
          Boolean other = theirs.get(name);
          if (other != null) {
            moment.add(Kind.PAIRS, index, 1);
            moment.add(Kind.GAINED, index, right && !other ? 1 : 0);
            moment.add(Kind.LOST, index, other && !right ? 1 : 0);
          }
        });
  }

  private void addRetentions(
      String runId,
      Design design,
      Map<ScoreKey, double[]> residuals,
      Map<ScoreKey, Map<Slice, Tally>> tallies) {
    design
        .retentions(runId)
        .forEach(
            (method, retention) -> {
              if (retention.isAbout(tallies, design)) {
                double residual = retention.residual(residuals);
                retentions
                    .computeIfAbsent(method, absent -> new RetentionMoment())
                    .add(residual * residual, 1);
              }
            });
  }

  Moments add(Moments other) {
    other.results.forEach(
        (key, variants) ->
            variants.forEach(
                (variant, moment) ->
                    results
                        .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
                        .merge(variant, moment, Moments::sum)));
    other.retentions.forEach(
        (method, moment) ->
            retentions
                .computeIfAbsent(method, absent -> new RetentionMoment())
                .add(moment.squares, moment.images));
    return this;
  }

  private static Moment sum(Moment one, Moment other) {
    one.add(other);
    return one;
  }

  private Moment of(ScoreKey key, Variant variant, int figures) {
    return results
        .computeIfAbsent(key, absent -> new EnumMap<>(Variant.class))
        .computeIfAbsent(variant, absent -> new Moment(figures));
  }

  /**
   * One result's.
   *
   * @param variant as {@link Design#resolved}
   */
  Moment of(ScoreKey key, Variant variant) {
    return results.get(key).get(variant);
  }

  /** A method's retention with its error. */
  Estimate retention(MethodKey method, Retention retention) {
    RetentionMoment moment = retentions.getOrDefault(method, new RetentionMoment());
    return Estimate.of(retention.value(), moment.squares, moment.images);
  }
}
