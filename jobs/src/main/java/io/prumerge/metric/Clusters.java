package io.prumerge.metric;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.ReviewScores;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Rows of one image after another, read as clusters. */
final class Clusters implements Iterator<PairedCluster> {

  /** Sorting by numbers first: the names are the same in most rows. */
  private static final String[] ORDER = {
    "cluster_hash",
    "cluster",
    "result_hash",
    "run_id",
    "model",
    "benchmark",
    "split",
    "method",
    "profile"
  };

  /** An image is one by what it shows; where that is not known, by its name in the benchmark. */
  private static final String CLUSTER =
      "coalesce(image_sha256, concat('image ', benchmark, ' ', image_id),"
          + " concat('question ', benchmark, ' ', split, ' ', question_id)) AS cluster";

  /** Short, because all rows are dealt out anew: the yes and no of {@link YesNo} by ordinal. */
  private static final String YES_NO =
      "CAST(CASE lower(%s) WHEN 'yes' THEN 0 WHEN 'no' THEN 1 ELSE 2 END AS TINYINT) AS %s";

  /** A judge's points of the few benchmarks that have such; an error has none of the most. */
  private static final String REVIEW =
      String.format(
          Locale.ROOT,
          "CASE WHEN benchmark IN (%s) AND score IS NOT NULL THEN coalesce(parsed, '%s 0') END AS review",
          Benchmarks.names().stream()
              .filter(Rules::areRelative)
              .map(name -> "'" + name + "'")
              .collect(Collectors.joining(", ")),
          ReviewScores.MOST);

  private static final int CLUSTER_NAME = 6;
  private static final int CLUSTER_HASH = 18;

  private static final YesNo[] YES_NOS = YesNo.values();

  private final Iterator<Row> rows;
  private final Rules rules;
  private final String baseline;
  private final Map<ScoreKey, QuestionSubsets> slicings = new HashMap<>();
  private final Map<List<String>, List<String>> groups = new HashMap<>();
  private Row next;

  private Clusters(Iterator<Row> rows, Rules rules, String baseline) {
    this.rows = rows;
    this.rules = rules;
    this.baseline = baseline;
    advance();
  }

  /**
   * All clusters of all results, those of an image together, whatever runs they are of. The rows
   * are computed and shuffled once, by this call or the first pass over the clusters; further
   * passes read the shuffled rows.
   *
   * @param scores rows of {@link Table#SCORES}
   * @param baseline the method whose answers the others' stand beside
   */
  static JavaRDD<PairedCluster> of(Dataset<Row> scores, Rules rules, String baseline) {
    return scores
        .selectExpr(
            "run_id",
            "model",
            "benchmark",
            "split",
            "method",
            "profile",
            CLUSTER,
            "xxhash64(question_id) AS question",
            "array_distinct(concat(array(category), coalesce(groups, array()))) AS groups",
            "coalesce(unit, '') AS unit",
            "score",
            // Whatever was answered is parsed, if only into an empty text.
            "parsed IS NULL AND score IS NOT NULL AS failed",
            "unparsed",
            String.format(Locale.ROOT, YES_NO, "parsed", "said"),
            String.format(Locale.ROOT, YES_NO, "gold", "label"),
            REVIEW,
            "coalesce(chance, 0.0) AS chance",
            "xxhash64(parsed) AS answer")
        .withColumn("cluster_hash", functions.expr("xxhash64(cluster)"))
        .withColumn(
            "result_hash", functions.expr("xxhash64(run_id, benchmark, split, method, profile)"))
        .repartition(functions.col("cluster_hash"))
        .sortWithinPartitions(Arrays.stream(ORDER).map(functions::col).toArray(Column[]::new))
        .drop("result_hash")
        .javaRDD()
        .mapPartitions(rows -> new Clusters(rows, rules, baseline));
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public PairedCluster next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Row first = next;
    Map<ScoreKey, Cluster> clusters = new LinkedHashMap<>();
    while (next != null && sameImage(first, next)) {
      Row row = next;
      ScoreKey key = key(row);
      List<ScoredQuestion> questions = new ArrayList<>();
      while (next != null && sameImage(first, next) && sameResult(row, next)) {
        questions.add(question(next));
        advance();
      }
      clusters.put(key, new Cluster(key, slicing(key), questions));
    }
    Map<ScoreKey, Cluster> paired = new LinkedHashMap<>();
    clusters.forEach((key, cluster) -> paired.put(key, beside(cluster, clusters)));
    return new PairedCluster(first.getLong(CLUSTER_HASH), paired);
  }

  private Cluster beside(Cluster cluster, Map<ScoreKey, Cluster> clusters) {
    ScoreKey base = cluster.key().withMethod(baseline);
    return clusters.containsKey(base) && !base.equals(cluster.key())
        ? cluster.beside(clusters.get(base))
        : cluster;
  }

  private static ScoreKey key(Row row) {
    return new ScoreKey(
        row.getString(0),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5));
  }

  private QuestionSubsets slicing(ScoreKey key) {
    return slicings.computeIfAbsent(
        key, result -> new QuestionSubsets(rules.of(result.benchmark(), result.profile())));
  }

  private static boolean sameImage(Row one, Row other) {
    return one.getLong(CLUSTER_HASH) == other.getLong(CLUSTER_HASH)
        && equal(one, other, CLUSTER_NAME);
  }

  private static boolean sameResult(Row one, Row other) {
    for (int i = 0; i < CLUSTER_NAME; i++) {
      if (!equal(one, other, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Row one, Row other, int column) {
    return one.getString(column).equals(other.getString(column));
  }

  private ScoredQuestion question(Row row) {
    List<String> names = List.copyOf(row.getList(8));
    return new ScoredQuestion(
        row.getLong(7),
        groups.computeIfAbsent(names, same -> same),
        row.getString(9),
        row.isNullAt(10) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(10)),
        row.getBoolean(11),
        row.getBoolean(12),
        YES_NOS[row.getByte(13)],
        YES_NOS[row.getByte(14)],
        Optional.ofNullable(row.getString(15)).map(ReviewScores::of),
        row.getDouble(16),
        row.getLong(17),
        Optional.empty());
  }
}
