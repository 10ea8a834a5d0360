package io.prumerge.report;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Says that a run has no answer at all, and why: its figures are 0 or missing, which looks like a
 * model that knows nothing.
 */
final class Unanswered {

  private static final int LONGEST = 300;

  private Unanswered() {}

  /**
   * Returns a message for each run of which all rows are errors. Looks at the predictions only if
   * there is one.
   *
   * @param costs of the predictions
   * @param predictions rows of {@link Table#PREDICTIONS}
   * @param folders names of runs by their ids; empty if there is one run only
   */
  static List<String> notes(
      MethodCosts costs, Dataset<Row> predictions, Map<String, String> folders) {
    List<String> notes = new ArrayList<>();
    for (RunAnswers run : costs.runs()) {
      if (run.answers() > 0 && run.answers() == run.errors()) {
        String model =
            costs.efficiency().stream()
                .filter(row -> row.runId().equals(run.runId()))
                .map(EfficiencyRow::model)
                .findFirst()
                .orElseThrow();
        String folder = folders.get(run.runId());
        notes.add(note(folder == null ? model : folder + " (" + model + ")", run, predictions));
      }
    }
    return notes;
  }

  private static String note(String name, RunAnswers run, Dataset<Row> predictions) {
    Dataset<Row> errors = predictions.where(col("run_id").equalTo(run.runId()));
    Row worst =
        errors
            .withColumn("kind", functions.substring_index(col("error"), ":", 1))
            .groupBy("kind")
            .agg(functions.count("error").as("n"), functions.min("error").as("example"))
            .orderBy(col("n").desc(), col("kind"))
            .first();
    String remedies = ErrorRemedies.of(errors).onCommandLine();
    return Text.format(
        "%s: there is no answer to compare, since %s, %,d of them like this: %s%s",
        name,
        Texts.part(run.errors(), run.answers(), "row", "is an error", "are errors"),
        worst.<Long>getAs("n"),
        Texts.inLine(worst.getAs("example"), LONGEST),
        remedies.isEmpty() ? "" : "; " + remedies);
  }
}
