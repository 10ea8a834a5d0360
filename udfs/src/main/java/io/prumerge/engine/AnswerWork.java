package io.prumerge.engine;

import io.prumerge.cost.QuestionCost;

/**
 * What an answer took.
 *
 * @param cost FLOPs of this question alone, by stage; null with an error
 * @param flopsExecuted FLOPs that ran for it, shared work split equally among those that share it
 * @param kvCacheBytes positions in cache at the end x bytes of the dtype
 * @param millis wall time by stage, shared stages split likewise
 */
public record AnswerWork(
    QuestionCost cost, long flopsExecuted, long kvCacheBytes, StageMillis millis) {

  /** Nothing ran. */
  static final AnswerWork NONE = new AnswerWork(null, 0, 0, StageMillis.NONE);
}
