package io.prumerge.metric;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.metric.tally.Cluster;
import io.prumerge.metric.tally.PairedCluster;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import io.prumerge.statistics.BcaInterval;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * The third pass: intervals of figures without a maximum, by a bootstrap over images. An image has
 * the same weights with every method. So the replicates of a method and of the baseline use the
 * same draws, and their difference is a replicate of the difference.
 *
 * <p>Executors add up the sums of each result's figures, once per replicate. The driver gets the
 * intervals, and the replicates of baselines.
 */
final class Bootstrap {

  /** An image's questions in one result, with the image's weight in each replicate. */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  private record Weighted(Cluster cluster, double[] weights) implements Serializable {}

  private final Broadcast<Design> design;
  private final Broadcast<Moments> moments;
  private final int replicates;

  Bootstrap(Broadcast<Design> design, Broadcast<Moments> moments, int replicates) {
    this.design = design;
    this.moments = moments;
    this.replicates = replicates;
  }

  /** Returns intervals by result, for results with a figure to resample. */
  Map<ScoreKey, BootstrapIntervals> intervals(JavaRDD<PairedCluster> images) {
    Broadcast<Design> plan = design;
    Broadcast<Moments> spread = moments;
    int count = replicates;
    JavaPairRDD<ScoreKey, Replicates> results =
        images
            .flatMapToPair(image -> weighted(image, plan.value(), count).iterator())
            .combineByKey(
                first -> new Replicates(count).add(first.cluster(), first.weights(), plan.value()),
                (sums, next) -> sums.add(next.cluster(), next.weights(), plan.value()),
                Replicates::add);
    // The next job reuses the shuffle files of this one.
    JavaSparkContext context = JavaSparkContext.fromSparkContext(images.context());
    Broadcast<HashMap<ScoreKey, Replicates>> baselines =
        context.broadcast(
            new HashMap<>(
                results.filter(result -> plan.value().isBaseline(result._1())).collectAsMap()));
    try {
      return results
          .mapToPair(
              result ->
                  new Tuple2<>(
                      result._1(),
                      intervals(
                          result._1(),
                          result._2(),
                          baselines.value(),
                          plan.value(),
                          spread.value())))
          .collectAsMap();
    } finally {
      baselines.destroy();
    }
  }

  private static List<Tuple2<ScoreKey, Weighted>> weighted(
      PairedCluster image, Design design, int replicates) {
    List<Cluster> resampled =
        image.clusters().values().stream()
            .filter(cluster -> design.isResampled(cluster.key()))
            .toList();
    if (resampled.isEmpty()) {
      return List.of();
    }
    double[] weights = PoissonWeights.of(image.hash(), replicates);
    List<Tuple2<ScoreKey, Weighted>> weighted = new ArrayList<>();
    resampled.forEach(
        cluster -> weighted.add(new Tuple2<>(cluster.key(), new Weighted(cluster, weights))));
    return weighted;
  }

  private static BootstrapIntervals intervals(
      ScoreKey key,
      Replicates own,
      Map<ScoreKey, Replicates> baselines,
      Design design,
      Moments moments) {
    BootstrapIntervals intervals = new BootstrapIntervals();
    for (QuestionVariant variant : design.variants(key)) {
      Measured measured = design.of(key, variant);
      Moment moment = moments.of(key, variant);
      for (int i = 0; i < measured.figures().size(); i++) {
        if (measured.isResampled(i)) {
          int index = i;
          double value = measured.value(i).orElseThrow();
          double[] values = own.values(measured.figures().get(i), variant);
          double skew = acceleration(moment, i, MomentKind.SQUARES, MomentKind.CUBES);
          BcaInterval.of(value, skew, values)
              .map(BcaInterval::interval)
              .ifPresent(interval -> intervals.putValue(variant, index, interval));
          if (measured.partner(i).isPresent()) {
            ScoreKey base = design.baseline(key).orElseThrow();
            Measured reference = design.of(base, variant);
            int partner = measured.partner(i).getAsInt();
            double[] deltas =
                differences(
                    values, baselines.get(base).values(reference.figures().get(partner), variant));
            BcaInterval.of(
                    value - reference.value(partner).orElseThrow(),
                    acceleration(moment, i, MomentKind.DELTA_SQUARES, MomentKind.DELTA_CUBES),
                    deltas)
                .map(one -> new BootstrapDifference(one.interval(), one.pValue()))
                .ifPresent(one -> intervals.putDelta(variant, index, one));
          }
        }
      }
    }
    return intervals;
  }

  private static double[] differences(double[] own, double[] theirs) {
    double[] differences = new double[own.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = own[i] - theirs[i];
    }
    return differences;
  }

  private static double acceleration(
      Moment moment, int figure, MomentKind squares, MomentKind cubes) {
    return BcaInterval.acceleration(moment.of(squares, figure), moment.of(cubes, figure));
  }

  /** One result's sums in many replicates, each with other weights of images. */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
  private static final class Replicates implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int count;
    private final EnumMap<QuestionVariant, HashMap<QuestionSubset, EnumMap<TallySum, double[]>>>
        sums = new EnumMap<>(QuestionVariant.class);

    Replicates(int count) {
      this.count = count;
    }

    /**
     * Adds an image.
     *
     * @param weights its weight in each replicate
     */
    Replicates add(Cluster cluster, double[] weights, Design design) {
      for (QuestionVariant variant : design.variants(cluster.key())) {
        Map<QuestionSubset, EnumSet<TallySum>> resampled =
            design.of(cluster.key(), variant).resampled();
        cluster
            .tallies(variant)
            .forEach(
                (slice, tally) -> {
                  for (TallySum sum :
                      resampled.getOrDefault(slice, EnumSet.noneOf(TallySum.class))) {
                    double amount = tally.of(sum);
                    if (amount != 0) {
                      add(of(variant, slice, sum), weights, amount);
                    }
                  }
                });
      }
      return this;
    }

    Replicates add(Replicates other) {
      other.sums.forEach(
          (variant, slices) ->
              slices.forEach(
                  (slice, tallies) ->
                      tallies.forEach((sum, values) -> add(of(variant, slice, sum), values, 1))));
      return this;
    }

    private static void add(double[] sums, double[] weights, double amount) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weights[i] * amount;
      }
    }

    private double[] of(QuestionVariant variant, QuestionSubset slice, TallySum sum) {
      return sums.computeIfAbsent(variant, absent -> new HashMap<>())
          .computeIfAbsent(slice, absent -> new EnumMap<>(TallySum.class))
          .computeIfAbsent(sum, absent -> new double[count]);
    }

    /**
     * Returns a figure's value in each replicate, NaN if it has none.
     *
     * @param variant as {@link Design#resolved}
     */
    double[] values(Figure figure, QuestionVariant variant) {
      Map<QuestionSubset, EnumMap<TallySum, double[]>> slices =
          sums.getOrDefault(variant, new HashMap<>());
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        Map<QuestionSubset, Tally> totals = new HashMap<>();
        for (QuestionSubset part : figure.parts()) {
          Tally tally = new Tally();
          for (Map.Entry<TallySum, double[]> entry :
              slices.getOrDefault(part, new EnumMap<>(TallySum.class)).entrySet()) {
            tally.add(entry.getKey(), entry.getValue()[i]);
          }
          totals.put(part, tally);
        }
        OptionalDouble value = figure.value(totals);
        values[i] = value.orElse(Double.NaN);
      }
      return values;
    }
  }

  /**
   * A cluster's weight in each replicate of a bootstrap: Poisson with mean 1, independent of all
   * other clusters, instead of the multinomial counts of drawing with replacement (Chamandy et al.,
   * "Estimating uncertainty for massive data streams", 2012). Weights depend only on the cluster,
   * so they are the same in every partition and for every method.
   */
  static final class PoissonWeights {

    private static final long SEED = 20261120;

    /** The probability of at most 0, 1, ... draws; the last is 1 in this precision. */
    private static final double[] CUMULATIVE = cumulative();

    private PoissonWeights() {}

    private static double[] cumulative() {
      double[] cumulative = new double[20];
      double term = Math.exp(-1);
      double sum = 0;
      for (int i = 0; i < cumulative.length; i++) {
        sum += term;
        cumulative[i] = sum;
        term /= i + 1;
      }
      cumulative[cumulative.length - 1] = 1;
      return cumulative;
    }

    /**
     * Returns the cluster's weight in each replicate. A larger number of replicates keeps the first
     * weights.
     *
     * @param cluster a hash of the cluster's name
     */
    static double[] of(long cluster, int replicates) {
      SplittableRandom random = new SplittableRandom(cluster ^ SEED);
      double[] weights = new double[replicates];
      for (int i = 0; i < replicates; i++) {
        double uniform = random.nextDouble();
        int draws = 0;
        while (uniform >= CUMULATIVE[draws]) {
          draws++;
        }
        weights[i] = draws;
      }
      return weights;
    }
  }
}
