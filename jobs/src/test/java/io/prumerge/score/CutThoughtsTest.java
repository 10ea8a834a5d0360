package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.spark.RecordColumns;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class CutThoughtsTest {

  private record Answer(
      String runId, String model, String method, String finishReason, String answer) {

    static final RecordColumns<Answer> COLUMNS = RecordColumns.of(Answer.class);

    static Row of(String model, String finishReason, String answer) {
      return COLUMNS.row(new Answer("r", model, "none", finishReason, answer));
    }
  }

  private static Dataset<Row> answers(Row... rows) {
    return LocalSpark.session().createDataFrame(List.of(rows), Answer.COLUMNS.schema());
  }

  private static List<String> emptied(Row... rows) {
    return CutThoughts.emptied(answers(rows))
        .select("answer")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void whatAModelThatThinksDoesNotEndIsNoAnswer() {
    assertThat(
            emptied(
                Answer.of("thinks", "eos", "hm\n</think>\n\nA"),
                Answer.of("thinks", "length", "Perhaps it is B because"),
                Answer.of("thinks", "length", "hm\n</think>\n\nA and"),
                Answer.of("thinks", "eos", "A"),
                Answer.of("thinks", null, null),
                Answer.of("marks", "eos", "<think>hm</think>A"),
                Answer.of("marks", "length", "It is B because"),
                Answer.of("says", "length", "It is B because")))
        .containsExactly(
            "hm\n</think>\n\nA",
            "",
            "hm\n</think>\n\nA and",
            "A",
            null,
            "<think>hm</think>A",
            "It is B because",
            "It is B because");
  }

  @Test
  void answersThatDoNotSayHowTheyEndedStay() {
    Dataset<Row> given = answers(Answer.of("thinks", "eos", "hm</think>A")).drop("finish_reason");

    assertThat(CutThoughts.emptied(given)).isSameAs(given);
  }
}
