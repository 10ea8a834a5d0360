package io.prumerge.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Puts the scores in other tools' logs beside those that the same answers get here. */
public final class RescoredAnswers {

  private static final StructType SETS =
      StructType.fromDDL("method STRING, profile STRING, judged BOOLEAN, repeated BOOLEAN");

  private static final String[] SCORE = {
    "run_id", "benchmark", "split", "method", "question_id", "profile"
  };

  private static final String[] QUESTION = {"benchmark", "split", "question_id"};

  private static final String DIFFERS = Rescored.differ("score", "logged_score");

  /** Several answers in one row of a log are no answer. */
  private static final String KIND =
      Text.format(
          """
          CASE WHEN repeated OR error LIKE '%%is no one answer%%' THEN 'repetition'
            WHEN error IS NOT NULL THEN 'failure'
            WHEN judged THEN 'judge'
            WHEN unparsed OR parsed IS NULL OR %s != %s THEN 'extraction'
            WHEN %s != %s THEN 'prompt'
            ELSE 'rule' END\
          """,
          plain("parsed"), plain("answer"), plain("prompt"), plain("asked"));

  private static final double PERCENT = 100;

  private final Dataset<Row> compared;
  private final List<LoggedSet> sets;

  /**
   * @param predictions rows of {@link Table#PREDICTIONS} of one run, read from files
   * @param scores their rows of {@link Table#SCORES}, likewise
   * @param sets those that a log may have scored
   */
  public RescoredAnswers(Dataset<Row> predictions, Dataset<Row> scores, List<LoggedSet> sets) {
    this.sets = List.copyOf(sets);
    Dataset<Row> logs =
        predictions
            .sparkSession()
            .createDataFrame(
                sets.stream()
                    .map(
                        one ->
                            RowFactory.create(
                                one.method(), one.profile(), one.judged(), one.repeated()))
                    .toList(),
                SETS);
    this.compared =
        predictions
            .where("logged_score IS NOT NULL")
            .join(broadcast(logs), "method")
            .join(
                scores
                    .where("score IS NOT NULL")
                    .selectExpr(
                        "run_id",
                        "benchmark",
                        "split",
                        "method",
                        "question_id",
                        "profile",
                        "parsed",
                        "gold",
                        "unparsed",
                        "score"),
                SCORE);
  }

  /** Returns a text as it is compared: white space and an image's place are spelt in many ways. */
  private static String plain(String column) {
    return "lower(trim(regexp_replace(replace(" + column + ", '<image>', ' '), '\\\\s+', ' ')))";
  }

  /**
   * Returns rows of {@link Rescored#TABLE}.
   *
   * @param examples rows of {@link Table#EXAMPLES} with the questions
   */
  public Dataset<Row> rows(Dataset<Row> examples) {
    Dataset<Row> questions =
        examples
            .selectExpr("benchmark", "split", "explode(questions) AS question")
            .selectExpr("benchmark", "split", "question.question_id", "question.prompt AS asked");
    return Rescored.TABLE.filled(
        compared.where(DIFFERS).join(questions, QUESTION, "left").withColumn("kind", expr(KIND)));
  }

  /**
   * Returns a sentence for each set of answers with scores that differ.
   *
   * @param rows those of {@link #rows}, read from files
   */
  public List<String> notes(Dataset<Row> rows) {
    Map<String, String> kinds =
        rows.groupBy("method", "kind").count().orderBy("method", "kind").collectAsList().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getString(0),
                    Collectors.mapping(
                        row -> Text.format("%s %,d", row.get(1), row.getLong(2)),
                        Collectors.joining(", "))));
    if (kinds.isEmpty()) {
      return List.of();
    }
    Map<String, Row> all =
        compared
            .groupBy("method")
            .agg(
                expr("count(*)"),
                expr("count_if(" + DIFFERS + ")"),
                expr("avg(logged_score)"),
                expr("avg(score)"))
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row));
    return sets.stream()
        .filter(set -> kinds.containsKey(set.method()))
        .map(set -> note(set, all.get(set.method()), kinds.get(set.method())))
        .toList();
  }

  private static String note(LoggedSet set, Row all, String kinds) {
    return Text.format(
        "%s: the log scores %,d of %s otherwise than %s here (%s), in the mean %.2f %% to %.2f %%;"
            + " report/rescored lists them",
        set.method(),
        all.getLong(2),
        Texts.count(all.getLong(1), "answer"),
        set.profile(),
        kinds,
        PERCENT * all.getDouble(3),
        PERCENT * all.getDouble(4));
  }
}
