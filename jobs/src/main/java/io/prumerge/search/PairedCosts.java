package io.prumerge.search;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import io.prumerge.metric.Metrics;
import io.prumerge.metric.tally.SharedImages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Differences of mean costs between methods of one run. A mean cost is that of a report's summary:
 * the mean over benchmarks of the means over the questions without an error. Errors of differences
 * are paired and clustered by image, as those of {@link Metrics}: residuals are summed per image,
 * squared and summed, times G / (G - 1) for G images.
 */
final class PairedCosts {

  private static final StructType MEANS =
      StructType.fromDDL("part STRING, method STRING, mean DOUBLE, weight DOUBLE");

  private final Dataset<Row> costs;
  private final List<Row> means;
  private final Map<String, Double> byMethod = new HashMap<>();

  private PairedCosts(Dataset<Row> costs, List<Row> means) {
    this.costs = costs;
    this.means = means;
    for (Row one : means) {
      byMethod.merge(one.getString(1), one.getDouble(2) / parts(means, one), Double::sum);
    }
  }

  private static long parts(List<Row> means, Row one) {
    return means.stream().filter(other -> other.getString(1).equals(one.getString(1))).count();
  }

  /**
   * Reads the costs of answers.
   *
   * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS} of one run
   * @param column the cost
   */
  static PairedCosts of(Dataset<Row> predictions, String column) {
    Dataset<Row> costs =
        SharedImages.clustered(predictions.where(col("error").isNull()))
            .select(
                col("cluster").as("image"),
                concat_ws("\u0000", col("benchmark"), col("split")).as("part"),
                col("method"),
                col(column).cast("double").as("cost"));
    return new PairedCosts(
        costs,
        costs
            .groupBy("part", "method")
            .agg(avg("cost"), count(lit(1)))
            .orderBy("part", "method")
            .collectAsList());
  }

  /** Returns the mean cost of a method; NaN if it answered nothing. */
  double mean(String method) {
    return byMethod.getOrDefault(method, Double.NaN);
  }

  /**
   * Returns the differences of some pairs, in their order.
   *
   * @param pairs methods, two each
   */
  List<CostDifference> differences(List<List<String>> pairs) {
    List<String> methods = List.copyOf(byMethod.keySet());
    int[][] places =
        pairs.stream()
            .map(pair -> pair.stream().mapToInt(methods::indexOf).toArray())
            .toArray(int[][]::new);
    // One sum of squares for each pair, and the number of images that it is of.
    double[] sums =
        residuals(methods)
            .javaRDD()
            .map(image -> squares(image, places, methods.size()))
            .treeAggregate(new double[pairs.size() + 1], PairedCosts::added, PairedCosts::added);
    long images = Math.round(sums[pairs.size()]);
    List<CostDifference> differences = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      double delta = mean(pairs.get(i).get(0)) - mean(pairs.get(i).get(1));
      double error = images > 1 ? Math.sqrt(sums[i] * images / (images - 1)) : Double.NaN;
      differences.add(new CostDifference(delta, error, images));
    }
    return differences;
  }

  /** Returns a row for each image: an array of the methods' places and residuals. */
  private Dataset<Row> residuals(List<String> methods) {
    List<Row> weighted = new ArrayList<>();
    for (Row one : means) {
      double weight = 1.0 / parts(means, one) / one.getLong(3);
      weighted.add(RowFactory.create(one.get(0), one.get(1), one.get(2), weight));
    }
    Dataset<Row> known =
        costs
            .sparkSession()
            .createDataFrame(weighted, MEANS)
            .withColumn(
                "place", expr("array_position(array(" + quoted(methods) + "), method) - 1"));
    return costs
        .join(broadcast(known), new String[] {"part", "method"})
        .groupBy("image", "place")
        .agg(sum(expr("(cost - mean) * weight")).as("residual"))
        .groupBy("image")
        .agg(collect_list(struct("place", "residual")));
  }

  private static String quoted(List<String> methods) {
    return String.join(
        ", ", methods.stream().map(method -> "'" + method.replace("'", "\\'") + "'").toList());
  }

  private static double[] squares(Row image, int[][] pairs, int methods) {
    double[] residuals = new double[methods];
    for (Row one : image.<Row>getList(1)) {
      residuals[(int) one.getLong(0)] = one.getDouble(1);
    }
    double[] squares = new double[pairs.length + 1];
    for (int i = 0; i < pairs.length; i++) {
      double delta = residuals[pairs[i][0]] - residuals[pairs[i][1]];
      squares[i] = delta * delta;
    }
    squares[pairs.length] = 1;
    return squares;
  }

  private static double[] added(double[] sums, double[] more) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += more[i];
    }
    return sums;
  }
}
