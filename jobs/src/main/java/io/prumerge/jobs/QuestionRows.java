package io.prumerge.jobs;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.ImagePlace;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.immutable.HashMap;

/** Questions as the examples table holds them. */
final class QuestionRows {

  private QuestionRows() {}

  /**
   * Benchmark, split, image_id and questions of one image.
   *
   * @param questions about the same image
   */
  static Row image(String benchmark, String split, List<BenchmarkQuestion> questions) {
    return RowFactory.create(
        benchmark,
        split,
        questions.get(0).image().map(ImagePlace::id).orElse(null),
        questions.stream().map(QuestionRows::question).toArray(Row[]::new));
  }

  private static Row question(BenchmarkQuestion question) {
    return RowFactory.create(
        question.id(),
        question.prompt(),
        question.question(),
        question.category(),
        question.answers().toArray(String[]::new),
        question.options().toArray(String[]::new),
        question.maxNewTokens().isPresent() ? (Integer) question.maxNewTokens().getAsInt() : null,
        scalaMap(question.extra()));
  }

  /** Spark's encoder takes Scala maps only; this one can be serialised. */
  static HashMap<String, String> scalaMap(Map<String, String> map) {
    HashMap<String, String> scala = new HashMap<>();
    for (Map.Entry<String, String> entry : map.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }
}
