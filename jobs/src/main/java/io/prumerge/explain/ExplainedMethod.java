package io.prumerge.explain;

import io.prumerge.cost.CostModel;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation.MethodChoice;
import java.util.Optional;

/**
 * One method on one image.
 *
 * @param flopsVision FLOPs of the vision tower
 * @param flopsReduction FLOPs of scoring, selection and merging
 * @param flopsProjector FLOPs of the projector for the kept tokens
 * @param answer absent without a question
 */
public record ExplainedMethod(
    MethodChoice choice,
    long flopsVision,
    long flopsReduction,
    long flopsProjector,
    Optional<Answer> answer) {

  public static ExplainedMethod of(MethodChoice choice, CostModel cost, Optional<Answer> answer) {
    return new ExplainedMethod(
        choice,
        cost.tower().of(choice.work()),
        cost.reductions().of(choice.work()),
        cost.connector().of(choice.work()),
        answer);
  }

  /** Returns the answer, if it has no error. */
  public Optional<Answer> answered() {
    return answer.filter(given -> given.error() == null);
  }
}
