package io.prumerge.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.MethodNames;
import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Compares the answers of two runs question by question. */
public final class AnswerChanges {

  private static final StructType PAIRS =
      StructType.fromDDL(
          "pair INT, a_run STRING, a_model STRING, a_method STRING, b_run STRING, b_model STRING,"
              + " b_method STRING");

  private static final String[] METHOD = {"run_id", "model", "method"};
  private static final String[] ANSWER = {
    "run_id", "model", "method", "benchmark", "split", "question_id"
  };
  private static final String[] QUESTION = {"pair", "benchmark", "split", "question_id"};

  private static final String KIND =
      Text.format(
          """
          CASE WHEN NOT (a_answer <=> b_answer) AND a_prompt != b_prompt THEN 'prompt'
            WHEN NOT (a_answer <=> b_answer) THEN 'answer'
            WHEN %s THEN 'extraction' END\
          """,
          Rescored.differ("a_logged", "b_logged"));

  private static final String MOVED =
      "if(kind = 'extraction', a_logged - b_logged, coalesce(a_score - b_score, 0))";

  private static final double PERCENT = 100;

  private AnswerChanges() {}

  /**
   * Returns rows of {@link AnswerChange#TABLE}, in the order of the contrasts.
   *
   * @param predictions rows of {@link Table#PREDICTIONS} of all runs
   * @param scores their rows of {@link Table#SCORES}
   * @param contrasts methods of two runs each
   * @param ownProfiles the benchmarks' own profiles, as {@code BENCHMARK/PROFILE}
   */
  public static List<AnswerChange> of(
      Dataset<Row> predictions,
      Dataset<Row> scores,
      List<Contrast> contrasts,
      MethodNames names,
      List<String> ownProfiles) {
    if (contrasts.isEmpty()) {
      return List.of();
    }
    List<Row> pairs = new ArrayList<>();
    for (Contrast one : contrasts) {
      pairs.add(
          RowFactory.create(
              pairs.size(),
              one.a().runId(),
              one.a().model(),
              one.a().method(),
              one.b().runId(),
              one.b().model(),
              one.b().method()));
    }
    Dataset<Row> asked = predictions.sparkSession().createDataFrame(pairs, PAIRS);
    Dataset<Row> answers =
        predictions.join(
            scores.where(Scores.ownProfile(ownProfiles)).select("score", ANSWER), ANSWER, "left");
    List<Row> counts =
        side(answers, asked, "a")
            .join(side(answers, asked, "b"), QUESTION)
            .withColumn("kind", expr(KIND))
            .withColumn("moved", expr(MOVED))
            .groupBy("pair", "benchmark", "split", "kind")
            .agg(expr("count(*)"), expr("count_if(moved != 0)"), expr("sum(moved)"))
            .orderBy("pair", "benchmark", "split", "kind")
            .collectAsList();
    Map<List<Object>, Long> questions =
        counts.stream()
            .collect(
                Collectors.groupingBy(
                    AnswerChanges::place, Collectors.summingLong(row -> row.getLong(4))));
    return counts.stream()
        .filter(row -> !row.isNullAt(3))
        .map(row -> change(row, contrasts.get(row.getInt(0)), names, questions.get(place(row))))
        .toList();
  }

  private static List<Object> place(Row row) {
    return List.of(row.get(0), row.get(1), row.get(2));
  }

  private static AnswerChange change(
      Row row, Contrast contrast, MethodNames names, long questions) {
    return new AnswerChange(
        row.getString(1),
        row.getString(2),
        names.name(contrast.a()),
        names.name(contrast.b()),
        AnswerChangeKind.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
        questions,
        row.getLong(4),
        row.getLong(5),
        PERCENT * row.getDouble(6) / questions);
  }

  /** Returns the answers of one side of each pair, their columns named after it. */
  private static Dataset<Row> side(Dataset<Row> answers, Dataset<Row> pairs, String side) {
    Dataset<Row> own =
        pairs.selectExpr(
            "pair", side + "_run AS run_id", side + "_model AS model", side + "_method AS method");
    return answers
        .join(broadcast(own), METHOD)
        .selectExpr(
            "pair",
            "benchmark",
            "split",
            "question_id",
            "answer AS " + side + "_answer",
            "if(prompt IS NULL, NULL, prompt_sha256) AS " + side + "_prompt",
            "score AS " + side + "_score",
            "logged_score AS " + side + "_logged");
  }

  /**
   * Returns a sentence for each benchmark and two methods.
   *
   * @param changes as of {@link #of}
   */
  public static List<String> notes(List<AnswerChange> changes) {
    Map<List<String>, List<AnswerChange>> places =
        changes.stream()
            .collect(
                Collectors.groupingBy(
                    one -> List.of(one.a(), one.b(), one.benchmark(), one.split()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return places.values().stream().map(AnswerChanges::note).toList();
  }

  private static String note(List<AnswerChange> kinds) {
    AnswerChange first = kinds.get(0);
    return Text.format(
        "%s and %s on %s/%s: of %s %,d differ: %s",
        first.a(),
        first.b(),
        first.benchmark(),
        first.split(),
        Texts.count(first.questions(), "question"),
        kinds.stream().mapToLong(AnswerChange::differ).sum(),
        kinds.stream().map(AnswerChanges::kind).collect(Collectors.joining("; ")));
  }

  private static String kind(AnswerChange one) {
    return Text.format(
        "%,d %s, %,d of them with another score, which puts the first %.2f points %s",
        one.differ(),
        said(one.kind()),
        one.scoresDiffer(),
        Math.abs(one.moved()),
        one.moved() < 0 ? "lower" : "higher");
  }

  private static String said(AnswerChangeKind kind) {
    return switch (kind) {
      case PROMPT -> "by prompt and answer";
      case ANSWER -> "by answer";
      case EXTRACTION -> "by the logs' scores of one answer";
    };
  }
}
