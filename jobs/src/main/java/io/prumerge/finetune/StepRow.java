package io.prumerge.finetune;

import io.prumerge.store.Table;
import io.prumerge.training.StepResult;
import java.io.Serializable;

/**
 * A step of a training; a row of the table {@code training_steps}.
 *
 * @param step from 1
 * @param epoch from 1
 * @param loss mean cross-entropy of the batch's answer tokens before the step, in nats
 * @param answerTokens their number
 * @param learningRate of LoRA in this step
 * @param gradientNorm Euclidean, of that mean's gradient by all trained values
 */
public record StepRow(
    int step, int epoch, double loss, long answerTokens, double learningRate, double gradientNorm)
    implements Serializable {

  /** One row per step of a training, in the folder of its adapter. */
  public static final Table<StepRow> TABLE = Table.of("training_steps", StepRow.class);

  private static final long serialVersionUID = 1L;

  static StepRow of(StepResult step, int epoch) {
    return new StepRow(
        step.step(),
        epoch,
        step.loss(),
        step.answerTokens(),
        step.learningRate(),
        step.gradientNorm());
  }
}
