package io.prumerge.finetune;

import io.prumerge.training.AdapterTrainer.StepResult;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A step of a training; a row of the table {@code training_steps}.
 *
 * @param step from 1
 * @param epoch from 1
 * @param loss mean over the answer tokens of the batch, before the step, in nats
 * @param learningRate of LoRA
 * @param gradientNorm of the mean loss
 */
record StepRow(
    int step, int epoch, double loss, long answerTokens, double learningRate, double gradientNorm)
    implements Serializable {

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

  Row cells() {
    return RowFactory.create(step, epoch, loss, answerTokens, learningRate, gradientNorm);
  }
}
