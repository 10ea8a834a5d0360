package io.prumerge.explain;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.QuestionCost;
import io.prumerge.engine.Answer;
import io.prumerge.engine.MethodChoice;
import java.util.Optional;

/**
 * One method on one image.
 *
 * @param flopsVision FLOPs of the vision tower
 * @param flopsReduction FLOPs of scoring, selection and merging; with a question, of what cuts
 *     inside the decoder look at too
 * @param flopsProjector FLOPs of the projector for the kept tokens
 * @param answer absent without a question
 */
record ExplainedMethod(
    MethodChoice choice,
    long flopsVision,
    long flopsReduction,
    long flopsProjector,
    Optional<Answer> answer) {

  /**
   * Returns a method's figures. Where there is an answer, FLOPs are of all images of its prompt, as
   * in {@code predictions}.
   */
  public static ExplainedMethod of(MethodChoice choice, CostModel cost, Optional<Answer> answer) {
    Optional<QuestionCost> asked =
        answer.filter(given -> given.error() == null).map(given -> given.work().cost());
    return new ExplainedMethod(
        choice,
        asked.map(QuestionCost::vision).orElseGet(() -> cost.tower().of(choice.work())),
        asked.map(QuestionCost::reduction).orElseGet(() -> cost.reductions().of(choice.work())),
        asked.map(QuestionCost::projector).orElseGet(() -> cost.connector().of(choice.work())),
        answer);
  }

  /** Returns the answer, if it has no error. */
  public Optional<Answer> answered() {
    return answer.filter(given -> given.error() == null);
  }
}
