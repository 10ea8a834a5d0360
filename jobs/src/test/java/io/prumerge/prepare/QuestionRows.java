package io.prumerge.prepare;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.ExampleQuestion;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Creates questions as in the examples table. */
public final class QuestionRows {

  private QuestionRows() {}

  /**
   * Returns benchmark, split, image_id and questions of one image.
   *
   * @param questions about the same image
   */
  public static Row image(String benchmark, String split, List<BenchmarkQuestion> questions) {
    return RowFactory.create(
        benchmark,
        split,
        questions.get(0).image().map(ImagePlace::id).orElse(null),
        questions.stream().map(QuestionRows::question).toArray(Row[]::new));
  }

  private static Row question(BenchmarkQuestion question) {
    return ExampleQuestion.COLUMNS.row(StagedQuestion.row(question));
  }
}
