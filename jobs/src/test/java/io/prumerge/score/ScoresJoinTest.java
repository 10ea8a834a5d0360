package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How questions come to their answers. */
@Tag("spark")
class ScoresJoinTest {

  private static final String NO_BROADCAST = "-1";
  private static final String THRESHOLD = "spark.sql.autoBroadcastJoinThreshold";

  /** Where questions are too many to be sent whole to every executor, they are not. */
  @Test
  void questionsAreSentToAllExecutorsOnlyWhereSparkFindsThemSmall() {
    SparkSession spark = LocalSpark.session();
    List<Row> questions = new ArrayList<>();
    List<Row> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      questions.add(
          RowFactory.create(
              "custom", "test", "q" + i, "i", "?", "c", new String[] {"yes"}, null, null));
      Object[] row = new Object[Table.PREDICTIONS.schema().length()];
      for (String[] value :
          new String[][] {
            {"run_id", "r"},
            {"model", "m"},
            {"benchmark", "custom"},
            {"split", "test"},
            {"method", "none"},
            {"question_id", "q" + i},
            {"answer", i < 3 ? "Yes." : "no"}
          }) {
        row[Table.PREDICTIONS.schema().fieldIndex(value[0])] = value[1];
      }
      answers.add(RowFactory.create(row));
    }
    String before = spark.conf().get(THRESHOLD);
    spark.conf().set(THRESHOLD, NO_BROADCAST);
    try {
      Dataset<Row> scores =
          new Scores(Benchmarks.KNOWN)
              .of(
                  Table.PREDICTIONS.of(spark, answers),
                  spark.createDataFrame(questions, QuestionTable.SCHEMA));

      assertThat(scores.queryExecution().executedPlan().toString())
          .doesNotContain("Broadcast")
          .contains("CoGroup");
      assertThat(scores.selectExpr("sum(score)").first().getDouble(0)).isEqualTo(3);
    } finally {
      spark.conf().set(THRESHOLD, before);
    }
  }
}
