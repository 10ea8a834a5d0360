package io.prumerge.metric;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.countDistinct;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Two runs of which methods are compared.
 *
 * @param a id of the first method's run
 * @param b id of the other's
 */
public record RunPair(String a, String b) {

  private static final String[] QUESTION = {"benchmark", "split", "question_id"};

  /** Returns the two runs of a contrast; empty if it is within one. */
  static Optional<RunPair> of(Contrast contrast) {
    String a = contrast.a().runId();
    String b = contrast.b().runId();
    return a.equals(b) ? Optional.empty() : Optional.of(new RunPair(a, b));
  }

  /** Returns the runs whose methods some contrasts compare. */
  public static List<RunPair> of(List<Contrast> contrasts) {
    return contrasts.stream().flatMap(one -> of(one).stream()).distinct().toList();
  }

  boolean isAbout(Contrast contrast) {
    return of(contrast).filter(this::equals).isPresent();
  }

  /** Returns the scores of both runs on the questions that both answered. */
  Dataset<Row> shared(Dataset<Row> scores) {
    Dataset<Row> both = scores.where(col("run_id").isin(a, b));
    Dataset<Row> shared =
        both.where("score IS NOT NULL")
            .groupBy(QUESTION[0], QUESTION[1], QUESTION[2])
            .agg(countDistinct("run_id").as("runs"))
            .where("runs = 2");
    return both.join(shared, QUESTION, "left_semi").selectExpr(scores.columns());
  }
}
