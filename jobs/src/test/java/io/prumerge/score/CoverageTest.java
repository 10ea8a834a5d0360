package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.LocalSpark;
import io.prumerge.source.DataException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class CoverageTest {

  /** More than one bitmap of Spark's holds, so that bits are counted over several. */
  private static final long QUESTIONS = 70_000;

  private static Dataset<Row> answers(String method, long from, long to) {
    return spark()
        .range(from, to)
        .selectExpr(
            "'run' AS run_id",
            "'model' AS model",
            "'pope' AS benchmark",
            "'test' AS split",
            "'%s' AS method".formatted(method),
            "concat('q', id) AS question_id",
            "'yes' AS answer");
  }

  private static Dataset<Row> positions() {
    return spark()
        .range(QUESTIONS)
        .selectExpr("id AS position", "concat('q', id) AS question_id", "'yes' AS answer");
  }

  private static SparkSession spark() {
    return LocalSpark.session();
  }

  @Test
  void countsQuestionsPerSetOfAnswers() {
    List<Coverage> results =
        Coverage.of(
            answers("all", 0, QUESTIONS).union(answers("some", 32_000, 66_000)), positions());

    assertThat(results)
        .extracting(row -> row.set().method(), Coverage::questions)
        .containsExactly(tuple("all", QUESTIONS), tuple("some", 34_000L));
    assertThat(Coverage.of(answers("none", 0, 0), positions())).isEmpty();
  }

  @Test
  void namesAnswersThatAreNoQuestionsOrStandTwice() {
    assertThatThrownBy(() -> Coverage.of(answers("m", QUESTIONS - 1, QUESTIONS + 1), positions()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("The answers hold question q70000, which is none of");
    assertThatThrownBy(() -> Coverage.of(answers("m", 0, 5).union(answers("m", 4, 6)), positions()))
        .isInstanceOf(DataException.class)
        .hasMessage("The answers hold question q4 2 times for run run, method m");
  }
}
