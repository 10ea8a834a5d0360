package io.prumerge.metric;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.countDistinct;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Comparisons of methods that answered different questions, each to be over the questions that all
 * of its methods answered. The methods of a comparison are a group, whose scores on its shared
 * questions are those of runs of their own: one more pass over the scores measures all groups.
 */
final class SharedQuestions {

  /** Separates a group's number from a run's id, which is in no other run's id. */
  private static final String MARK = "\u0001";

  private static final String GROUP = "shared_group";
  private static final String SIZE = "shared_size";
  private static final String[] METHOD = {"run_id", "model", "method"};
  private static final String[] QUESTION = {GROUP, "benchmark", "split", "profile", "question_id"};

  private static final StructType MEMBERS =
      new StructType()
          .add(GROUP, DataTypes.StringType, false)
          .add(SIZE, DataTypes.LongType, false)
          .add(METHOD[0], DataTypes.StringType, false)
          .add(METHOD[1], DataTypes.StringType, false)
          .add(METHOD[2], DataTypes.StringType, false);

  /** Two of a family's entrants. */
  private record Pair(int family, int a, int b) {}

  /** A contrast's headlines, over the questions of both, and its retention, the baseline's too. */
  private record Sides(Contrast headlines, Contrast retention) {}

  private final String baseline;
  private final Map<Set<MethodKey>, String> groups = new LinkedHashMap<>();
  private final Map<MethodKey, String> methods = new LinkedHashMap<>();
  private final Map<Contrast, Sides> contrasts = new LinkedHashMap<>();
  private final Map<Pair, AllPairs> pairs = new LinkedHashMap<>();

  /**
   * @param baseline the method that the others are compared with
   */
  SharedQuestions(String baseline) {
    this.baseline = baseline;
  }

  /** Compares a method with its run's baseline on the questions of both. */
  void addMethod(MethodKey method) {
    methods.put(method, group(Stream.of(method, baselineOf(method))));
  }

  /** Compares two methods on the questions of both. */
  void addContrast(Contrast contrast) {
    String both = group(Stream.of(contrast.a(), contrast.b()));
    String all = group(Stream.of(contrast.a(), contrast.b(), baselineOf(contrast.b())));
    contrasts.put(
        contrast,
        new Sides(
            in(both, contrast, contrast.scope()), in(all, contrast, ContrastScope.RETENTION)));
  }

  /**
   * Compares two of a family's entrants on the questions of all their methods and the baseline.
   *
   * @param family its index
   * @param a index of an entrant
   * @param b index of another
   */
  void addPair(int family, int a, int b, AllPairs entrants) {
    List<Entrant> both = List.of(entrants.entrants().get(a), entrants.entrants().get(b));
    List<MethodKey> all = both.stream().flatMap(one -> one.seeds().stream()).toList();
    String group = group(all.stream().flatMap(one -> Stream.of(one, baselineOf(one))));
    pairs.put(
        new Pair(family, a, b),
        new AllPairs(
            both.stream()
                .map(one -> new Entrant(one.seeds().stream().map(key -> in(group, key)).toList()))
                .toList()));
  }

  private MethodKey baselineOf(MethodKey method) {
    return new MethodKey(method.runId(), method.model(), baseline);
  }

  private String group(Stream<MethodKey> members) {
    Set<MethodKey> all = new LinkedHashSet<>(members.toList());
    return groups.computeIfAbsent(all, absent -> groups.size() + MARK);
  }

  private static MethodKey in(String group, MethodKey key) {
    return new MethodKey(group + key.runId(), key.model(), key.method());
  }

  private static Contrast in(String group, Contrast contrast, ContrastScope scope) {
    return new Contrast(in(group, contrast.a()), in(group, contrast.b()), scope);
  }

  /** Returns whether all comparisons are over all questions. */
  boolean isEmpty() {
    return groups.isEmpty();
  }

  /**
   * Returns the scores of each group's methods on the questions that all of them answered; the
   * run's ids tell the group, too.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  Dataset<Row> scores(Dataset<Row> scores) {
    List<Row> members = new ArrayList<>();
    groups.forEach(
        (some, group) ->
            some.forEach(
                one ->
                    members.add(
                        RowFactory.create(
                            group, (long) some.size(), one.runId(), one.model(), one.method()))));
    Dataset<Row> grouped =
        scores.join(
            broadcast(scores.sparkSession().createDataFrame(members, MEMBERS)), METHOD, "inner");
    Dataset<Row> shared =
        grouped
            .where("score IS NOT NULL")
            .groupBy(
                Stream.concat(Stream.of(QUESTION), Stream.of(SIZE))
                    .map(functions::col)
                    .toArray(Column[]::new))
            .agg(countDistinct("run_id", "model", "method").as("answered"))
            .where(col("answered").equalTo(col(SIZE)))
            .drop(SIZE, "answered");
    return grouped
        .join(shared, QUESTION, "left_semi")
        .withColumn(METHOD[0], concat(col(GROUP), col(METHOD[0])))
        .selectExpr(scores.columns());
  }

  /** Returns the contrasts to measure among the shared scores. */
  List<Contrast> contrasts() {
    return contrasts.values().stream()
        .flatMap(one -> Stream.of(one.headlines(), one.retention()))
        .distinct()
        .toList();
  }

  /** Returns the families to measure among the shared scores, of two entrants each. */
  List<AllPairs> families() {
    return List.copyOf(pairs.values());
  }

  /** Returns a method's key among the shared scores; empty if it answered what its baseline did. */
  Optional<MethodKey> method(MethodKey method) {
    return Optional.ofNullable(methods.get(method)).map(group -> in(group, method));
  }

  /** Returns a result's key among the shared scores, likewise. */
  Optional<ScoreKey> result(ScoreKey key) {
    return method(MethodKey.of(key)).map(method -> method.on(key));
  }

  /** Returns a contrast among the shared scores; empty if it is over all questions. */
  Optional<Contrast> contrast(PlannedFigure plan) {
    return Optional.ofNullable(contrasts.get(plan.contrast()))
        .map(sides -> plan.isRetention() ? sides.retention() : sides.headlines());
  }

  /** Returns a pair's place among {@link #families}; empty if it is over all questions. */
  OptionalInt family(int family, int a, int b) {
    int place = List.copyOf(pairs.keySet()).indexOf(new Pair(family, a, b));
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
  }
}
