package io.prumerge.finetune;

import io.prumerge.training.OptimizerSettings;
import java.io.Serializable;

/**
 * Peak learning rates.
 *
 * @param lr of LoRA
 * @param connectorLr of the connector, which is trained in full; 0: it is not trained
 */
public record LearningRates(double lr, double connectorLr) implements Serializable {

  private static final long serialVersionUID = 1L;

  OptimizerSettings optimizer() {
    OptimizerSettings paper = OptimizerSettings.PAPER;
    return new OptimizerSettings(
        lr,
        connectorLr,
        paper.weightDecay(),
        paper.beta1(),
        paper.beta2(),
        paper.epsilon(),
        paper.warmUp());
  }
}
