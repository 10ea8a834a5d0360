package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Looks whether a method was on: of answers in files nobody knows what made them but by their
 * label, and answers that are nearly all those of the baseline may have been made without it.
 */
final class SameAnswers {

  /** Of a hundred answers, one that differs. */
  private static final int FEWEST = 100;

  /**
   * A method whose questions are not all of the baseline's.
   *
   * @param both questions of both
   * @param most of the one that has more
   */
  private record Shared(String method, long both, long most) {

    @Override
    public String toString() {
      return Text.format("%s %,d of %,d", method, both, most);
    }
  }

  private SameAnswers() {}

  /**
   * Returns a sentence for each method that answers fewer than one in {@value #FEWEST} questions
   * otherwise than the baseline, and one for all whose questions are not those of the baseline.
   *
   * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS} of one run and split
   */
  static List<String> notes(Dataset<Row> predictions, List<String> methods, String baseline) {
    Dataset<Row> base =
        predictions
            .where(col("method").equalTo(baseline))
            .select(col("question_id"), col("answer").as("base"));
    List<Row> counted =
        predictions
            .where(col("method").notEqual(baseline))
            .join(base, new String[] {"question_id"})
            .groupBy("method")
            .agg(
                expr("count_if(answer IS NOT NULL AND base IS NOT NULL)"),
                expr("count_if(answer != base)"),
                count(lit(1)))
            .orderBy("method")
            .collectAsList();
    List<String> notes = new ArrayList<>();
    Map<String, Long> asked = new HashMap<>();
    predictions
        .groupBy("method")
        .count()
        .collectAsList()
        .forEach(row -> asked.put(row.getString(0), row.getLong(1)));
    String fewer =
        counted.stream()
            .map(
                row ->
                    new Shared(
                        row.getString(0),
                        row.getLong(3),
                        Math.max(asked.get(row.getString(0)), asked.get(baseline))))
            .filter(one -> one.both() < one.most())
            .map(Shared::toString)
            .collect(Collectors.joining(", "));
    if (!fewer.isEmpty()) {
      notes.add(
          "questions in common with "
              + baseline
              + ": "
              + fewer
              + "; differences and retention are over these, a figure by itself is over all");
    }
    for (String method : methods) {
      counted.stream()
          .filter(row -> row.getString(0).equals(method))
          .filter(row -> row.getLong(2) * FEWEST < row.getLong(1))
          .map(row -> note(method, baseline, row.getLong(1), row.getLong(2)))
          .forEach(notes::add);
    }
    return notes;
  }

  private static String note(String method, String baseline, long both, long other) {
    return other == 0
        ? Text.format(
            "%s has the same answers as %s to all %,d questions that both answer: was it on?",
            method, baseline, both)
        : Text.format(
            "%s has other answers than %s to %,d of %,d questions that both answer: was it on?",
            method, baseline, other, both);
  }
}
