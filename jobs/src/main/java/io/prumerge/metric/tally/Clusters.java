package io.prumerge.metric.tally;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.ReviewScores;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Reads rows, those of a cluster one after another, as clusters. */
public final class Clusters implements Iterator<PairedCluster> {

  /**
   * The video's name in the benchmark, so that its clips and all choices of frames are one;
   * otherwise the image's hash if it is known, or its name in the benchmark. Clusters are told
   * apart by 64 bits of a hash of this: among a hundred million images, two are equal with a
   * probability of 0.03 %.
   */
  static final String CLUSTER =
      "xxhash64(coalesce(concat('video ', benchmark, ' ', video), image_sha256,"
          + " concat('image ', benchmark, ' ', image_id),"
          + " concat('question ', benchmark, ' ', split, ' ', question_id)))";

  /** Separates texts that are joined, because Spark decodes one text faster than several. */
  private static final String SEPARATOR = "\u0000";

  private static final String[] KEY = {
    "run_id", "model", "benchmark", "split", "method", "profile"
  };

  /** The ordinal of {@link YesNo}, in one byte. */
  private static final String YES_NO =
      "CAST(CASE lower(%s) WHEN 'yes' THEN 0 WHEN 'no' THEN 1 ELSE 2 END AS TINYINT)";

  /**
   * A judge's points, in the few benchmarks that have them, all classes; an error has none of the
   * most.
   */
  private static final String REVIEW =
      Text.format(
          "CASE WHEN benchmark IN (%s) AND score IS NOT NULL THEN coalesce(parsed, '%s 0') END",
          Benchmarks.KNOWN.names().stream()
              .filter(name -> MetricRules.areRelative(Benchmarks.KNOWN.named(name)))
              .map(name -> "'" + name + "'")
              .collect(Collectors.joining(", ")),
          ReviewScores.MOST);

  private static final YesNo[] YES_NOS = YesNo.values();

  /**
   * A result.
   *
   * @param baseline the result that it is compared with
   */
  private record KnownResult(ScoreKey key, ScoreKey baseline, QuestionSubsets slicing) {}

  private final Iterator<Row> rows;
  private final MetricRules rules;
  private final String baseline;
  private final Map<Long, KnownResult> results = new HashMap<>();
  private final Map<String, List<String>> groups = new RecentValues<>();
  private Row next;

  private Clusters(Iterator<Row> rows, MetricRules rules, String baseline) {
    this.rows = rows;
    this.rules = rules;
    this.baseline = baseline;
    advance();
  }

  /**
   * Returns all clusters of all results, those of an image together, whatever runs they are of. The
   * rows are computed and shuffled once, by this call or the first pass over the clusters; further
   * passes read the shuffled rows. Sets of images that share one are not joined.
   *
   * @param scores rows of {@link Table#SCORES}
   * @param baseline the method that the others are compared with
   */
  public static JavaRDD<PairedCluster> of(Dataset<Row> scores, MetricRules rules, String baseline) {
    return read(scores.withColumn("cluster", expr(CLUSTER)), rules, baseline);
  }

  /**
   * Returns the clusters of questions, where sets of images that share an image are one cluster.
   *
   * @param byUnits whether images that a unit is about are one, too
   */
  public static JavaRDD<PairedCluster> joined(
      Dataset<Row> scores, MetricRules rules, String baseline, boolean byUnits) {
    Dataset<Row> clustered =
        byUnits ? SharedImages.clusteredByUnits(scores) : SharedImages.clustered(scores);
    return read(clustered, rules, baseline);
  }

  private static JavaRDD<PairedCluster> read(
      Dataset<Row> clustered, MetricRules rules, String baseline) {
    Column[] key = Stream.of(KEY).map(functions::col).toArray(Column[]::new);
    return clustered
        .select(
            col("cluster"),
            expr("xxhash64(" + String.join(", ", KEY) + ")").as("result"),
            concat_ws(SEPARATOR, key).as("result_name"),
            expr("xxhash64(question_id)").as("question"),
            concat_ws(SEPARATOR, col("category"), col("groups")).as("groups"),
            expr("coalesce(unit, '')").as("unit"),
            col("score"),
            // An answer is parsed, at least into an empty text.
            expr("parsed IS NULL AND score IS NOT NULL").as("failed"),
            col("unparsed"),
            expr(Text.format(YES_NO, "parsed")).as("said"),
            expr(Text.format(YES_NO, "gold")).as("label"),
            expr(REVIEW).as("review"),
            expr("coalesce(chance, 0.0)").as("chance"),
            expr("xxhash64(parsed)").as("answer"),
            expr("coalesce(iou, 0.0)").as("iou"),
            expr(SharedImages.SEVERAL).as("several"),
            expr("unparsed AND coalesce(parsed, '') <> ''").as("replaced"),
            col("addends"),
            expr("coalesce(unit_rows, '')").as("unit_rows"))
        .repartition(col("cluster"))
        // One number is sorted without comparing rows.
        .sortWithinPartitions("cluster")
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
    long image = next.getLong(0);
    Map<Long, Cluster> clusters = new LinkedHashMap<>();
    boolean several = false;
    while (next != null && next.getLong(0) == image) {
      several |= next.getBoolean(15);
      clusters.computeIfAbsent(next.getLong(1), hash -> cluster(next)).questions().add(question());
      advance();
    }
    return new PairedCluster(image, several, paired(clusters));
  }

  private Cluster cluster(Row row) {
    KnownResult result = results.computeIfAbsent(row.getLong(1), hash -> result(row.getString(2)));
    return new Cluster(result.key(), result.slicing(), new ArrayList<>());
  }

  private KnownResult result(String name) {
    String[] names = name.split(SEPARATOR, -1);
    ScoreKey key = new ScoreKey(names[0], names[1], names[2], names[3], names[4], names[5]);
    return new KnownResult(
        key,
        key.withMethod(baseline),
        new QuestionSubsets(rules.of(key.benchmark(), key.profile())));
  }

  /** Pairs every answer with the baseline's answer to the same question. */
  private Map<ScoreKey, Cluster> paired(Map<Long, Cluster> clusters) {
    Map<ScoreKey, Cluster> paired = new LinkedHashMap<>();
    clusters.values().forEach(cluster -> paired.put(cluster.key(), cluster));
    Map<ScoreKey, Map<Long, ScoredQuestion>> baselines = new HashMap<>();
    clusters.forEach(
        (hash, cluster) -> {
          ScoreKey base = results.get(hash).baseline();
          if (paired.containsKey(base) && !base.equals(cluster.key())) {
            Map<Long, ScoredQuestion> others =
                baselines.computeIfAbsent(base, key -> paired.get(key).byQuestion());
            paired.put(cluster.key(), cluster.beside(others));
          }
        });
    return paired;
  }

  private ScoredQuestion question() {
    return new ScoredQuestion(
        next.getLong(3),
        groups.computeIfAbsent(
            next.getString(4), names -> Stream.of(names.split(SEPARATOR, -1)).distinct().toList()),
        next.getString(5),
        next.getString(18),
        YES_NOS[next.getByte(10)],
        next.getDouble(12),
        new ScoredAnswer(
            Optionals.ofNullable((Double) next.get(6)),
            next.getBoolean(7),
            next.getBoolean(8),
            YES_NOS[next.getByte(9)],
            Optional.ofNullable(next.getString(11)).map(ReviewScores::of),
            next.getLong(13),
            next.getDouble(14),
            next.getBoolean(16),
            addends()),
        Optional.empty());
  }

  private Map<TallySum, Double> addends() {
    if (next.isNullAt(17)) {
      return Map.of();
    }
    Map<TallySum, Double> addends = new EnumMap<>(TallySum.class);
    next.<String, Double>getJavaMap(17)
        .forEach((label, amount) -> addends.put(TallySum.of(label), amount));
    return addends;
  }
}
