package io.prumerge.training;

import io.prumerge.lang.Text;
import java.io.Serializable;

/**
 * AdamW (Loshchilov and Hutter 2019, as {@code torch.optim.AdamW} has it) with linear warm-up and a
 * cosine down to nothing.
 *
 * @param learningRate peak of the adapter's
 * @param connectorRate peak of the connector's, where it is trained
 * @param weightDecay of both, decoupled
 * @param beta1 of the mean of gradients
 * @param beta2 of the mean of their squares
 * @param epsilon added to the root of the second
 * @param warmUp share of the steps, 0 to 1, in which the rate rises; rounded up to whole steps, as
 *     {@code TrainingArguments.warmup_ratio}
 */
public record OptimizerSettings(
    double learningRate,
    double connectorRate,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double warmUp)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The paper's: LLaVA-PruMerge, {@code scripts/v1_5/finetune_lora_7b.sh}. */
  public static final OptimizerSettings PAPER =
      new OptimizerSettings(2e-4, 2e-5, 0, 0.9, 0.999, 1e-8, 0.03);

  public OptimizerSettings {
    require("learning rate", learningRate, 0, Double.MAX_VALUE);
    require("connector's learning rate", connectorRate, 0, Double.MAX_VALUE);
    require("weight decay", weightDecay, 0, Double.MAX_VALUE);
    require("beta1", beta1, 0, Math.nextDown(1.0));
    require("beta2", beta2, 0, Math.nextDown(1.0));
    require("epsilon", epsilon, Double.MIN_VALUE, Double.MAX_VALUE);
    require("warm-up", warmUp, 0, 1);
  }

  private static void require(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot train with a %s of %s; use %s",
              what,
              value,
              most == Double.MAX_VALUE ? "a number from " + least + " on" : least + " to " + most));
    }
  }

  /**
   * Returns the share of the peak with which a step is taken, as transformers' {@code
   * get_cosine_schedule_with_warmup} has it with half a cycle.
   *
   * @param step from 0
   * @param steps of the whole training
   */
  public double share(int step, int steps) {
    int rising = (int) Math.ceil(warmUp * steps);
    if (step < rising) {
      return (double) step / Math.max(1, rising);
    }
    double progress = (double) (step - rising) / Math.max(1, steps - rising);
    return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
