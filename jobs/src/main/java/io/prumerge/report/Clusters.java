package io.prumerge.report;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.ReviewScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
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
final class Clusters implements Iterator<Cluster> {

  private static final String[] KEY = {
    "run_id", "model", "benchmark", "split", "method", "profile", "cluster"
  };

  private static final String CLUSTER =
      "coalesce(concat('image ', image_id), concat('question ', question_id)) AS cluster";

  /** Short, because all rows are dealt out anew: the yes and no of {@link YesNo} by ordinal. */
  private static final String YES_NO =
      "CAST(CASE lower(%s) WHEN 'yes' THEN 0 WHEN 'no' THEN 1 ELSE 2 END AS TINYINT) AS %s";

  /** A judge's points of the few benchmarks that have such; an error has none of the most. */
  private static final String REVIEW =
      "CASE WHEN benchmark IN (%s) AND score IS NOT NULL THEN coalesce(parsed, '%s 0') END AS review"
          .formatted(
              Benchmarks.names().stream()
                  .filter(Rules::areRelative)
                  .map(name -> "'" + name + "'")
                  .collect(Collectors.joining(", ")),
              ReviewScores.MOST);

  private static final YesNo[] YES_NOS = YesNo.values();

  private final Iterator<Row> rows;
  private final Rules rules;
  private final Map<ScoreKey, Slicing> slicings = new HashMap<>();
  private final Map<List<String>, List<String>> groups = new HashMap<>();
  private Row next;

  private Clusters(Iterator<Row> rows, Rules rules) {
    this.rows = rows;
    this.rules = rules;
    advance();
  }

  /**
   * All clusters of all results. The rows are computed and shuffled once, by this call or the first
   * pass over the clusters; further passes read the shuffled rows.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  static JavaRDD<Cluster> of(Dataset<Row> scores, Rules rules) {
    Column[] key = Arrays.stream(KEY).map(functions::col).toArray(Column[]::new);
    // Sorting by a number first: the names that follow are the same in most rows.
    Column[] order = new Column[KEY.length + 1];
    order[0] = functions.col("hash");
    System.arraycopy(key, 0, order, 1, KEY.length);
    return scores
        .selectExpr(
            "run_id",
            "model",
            "benchmark",
            "split",
            "method",
            "profile",
            CLUSTER,
            "array_distinct(concat(array(category), coalesce(groups, array()))) AS groups",
            "coalesce(unit, '') AS unit",
            "score",
            // Whatever was answered is parsed, if only into an empty text.
            "parsed IS NULL AND score IS NOT NULL AS failed",
            "unparsed",
            YES_NO.formatted("parsed", "said"),
            YES_NO.formatted("gold", "label"),
            REVIEW)
        .withColumn("hash", functions.xxhash64(key))
        .repartition(functions.col("hash"))
        .sortWithinPartitions(order)
        .drop("hash")
        .javaRDD()
        .mapPartitions(rows -> new Clusters(rows, rules));
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Cluster next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Row first = next;
    List<ScoredQuestion> questions = new ArrayList<>();
    while (next != null && sameCluster(first, next)) {
      questions.add(question(next));
      advance();
    }
    ScoreKey key =
        new ScoreKey(
            first.getString(0),
            first.getString(1),
            first.getString(2),
            first.getString(3),
            first.getString(4),
            first.getString(5));
    Slicing slicing =
        slicings.computeIfAbsent(
            key, result -> new Slicing(rules.of(result.benchmark(), result.profile())));
    return new Cluster(key, slicing, questions);
  }

  private static boolean sameCluster(Row one, Row other) {
    for (int i = KEY.length - 1; i >= 0; i--) {
      if (!one.getString(i).equals(other.getString(i))) {
        return false;
      }
    }
    return true;
  }

  private ScoredQuestion question(Row row) {
    List<String> names = List.copyOf(row.getList(7));
    return new ScoredQuestion(
        groups.computeIfAbsent(names, same -> same),
        row.getString(8),
        row.isNullAt(9) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(9)),
        row.getBoolean(10),
        row.getBoolean(11),
        YES_NOS[row.getByte(12)],
        YES_NOS[row.getByte(13)],
        Optional.ofNullable(row.getString(14)).map(ReviewScores::of));
  }
}
