package io.prumerge.explain;

import io.prumerge.cost.CostModel;
import io.prumerge.engine.Answer;
import io.prumerge.engine.MethodChoice;
import java.util.Optional;

/**
 * One method on one image.
 *
 * @param flopsVision tower
 * @param flopsReduction scoring, selection and merging
 * @param flopsProjector projector over the tokens that are left
 * @param answer where a question was asked
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
        cost.vision(),
        cost.reduction(choice.work()),
        cost.projector(choice.tokens()),
        answer);
  }

  /** The answer that came without an error. */
  public Optional<Answer> answered() {
    return answer.filter(given -> given.error() == null);
  }
}
