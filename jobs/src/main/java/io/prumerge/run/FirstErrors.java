package io.prumerge.run;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Console;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Shows why a run's answers are errors: each reason once, with a question that has it. */
final class FirstErrors {

  /** Reasons that are shown. */
  private static final int MOST = 5;

  private static final int LONGEST = 300;

  private FirstErrors() {}

  /** Prints the most frequent reasons; nothing if no answer is an error. */
  static void show(RunDirectory directory, SparkSession spark, Console console) {
    Dataset<Row> reasons =
        directory
            .predictions(spark)
            .where(col("error").isNotNull())
            .groupBy("benchmark", "error")
            .agg(functions.count("error").as("n"), functions.min("question_id").as("question"))
            .orderBy(col("n").desc(), col("benchmark"), col("error"))
            .limit(MOST + 1);
    List<Row> found = reasons.collectAsList();
    found.stream()
        .limit(MOST)
        .forEach(
            reason ->
                console
                    .err()
                    .println(
                        Text.format(
                            "error of %s, such as question %s of %s: %s",
                            Texts.count(reason.<Long>getAs("n"), "answer"),
                            reason.getAs("question"),
                            reason.getAs("benchmark"),
                            Texts.inLine(reason.getAs("error"), LONGEST))));
    if (found.size() > MOST) {
      console.err().println("and errors for other reasons");
    }
  }
}
