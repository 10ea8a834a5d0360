package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerFormat;
import java.util.Map;

/**
 * A form of answer files without ids, whose answers are matched by their places. Benchmark files
 * name it among {@code columns.extra}; questions get ids that are category/place.
 */
interface PlacedAnswers extends AnswerFormat {

  /** Those that there are, by their names in benchmark files. */
  Map<String, PlacedAnswers> NAMED = Map.of("_position", PopeAnswers.FORMAT);

  /** Name of the key that matches answers among the further values of a question. */
  String KEY = "key";

  /**
   * Returns the key of a question.
   *
   * @param place category/place in the category, from 1
   */
  String key(String place, String text);
}
