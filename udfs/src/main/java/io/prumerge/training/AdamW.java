package io.prumerge.training;

import io.prumerge.torch.Torch;

/**
 * AdamW on the trained values, adapter and connector at rates of their own. Source: torch 2.7.1,
 * {@code torch/optim/adamw.py}, _single_tensor_adamw. (DJL's adds epsilon to a second moment whose
 * bias is not corrected.)
 */
final class AdamW {

  private final Torch torch;
  private final TrainedLayout layout;
  private final TrainingSettings settings;
  private final TrainedVector mean;
  private final TrainedVector square;

  /**
   * @param mean where the mean of the gradients is kept
   * @param square where the mean of their squares is kept
   */
  AdamW(
      Torch torch,
      TrainedLayout layout,
      TrainingSettings settings,
      TrainedVector mean,
      TrainedVector square) {
    this.torch = torch;
    this.layout = layout;
    this.settings = settings;
    this.mean = mean;
    this.square = square;
  }

  /** The adapter's rate in a step, from 0. */
  double rate(int step) {
    OptimizerSettings optimizer = settings.optimizer();
    return optimizer.learningRate() * optimizer.share(step, settings.steps());
  }

  /**
   * Takes a step.
   *
   * @param step from 0
   * @param share what the gradients, which are sums, are multiplied by
   */
  void step(int step, TrainedVector values, TrainedVector gradients, double share) {
    double along = settings.optimizer().share(step, settings.steps());
    int adapter = layout.adapterEnd();
    update(step, 0, adapter, settings.optimizer().learningRate() * along, values, gradients, share);
    if (layout.count() > adapter) {
      double rate = settings.optimizer().connectorRate() * along;
      update(step, adapter, layout.count(), rate, values, gradients, share);
    }
  }

  private void update(
      int step,
      int start,
      int end,
      double rate,
      TrainedVector values,
      TrainedVector gradients,
      double share) {
    OptimizerSettings optimizer = settings.optimizer();
    double meanBias = 1 - Math.pow(optimizer.beta1(), step + 1);
    double squareBias = 1 - Math.pow(optimizer.beta2(), step + 1);
    torch
        .call(
            "adamw",
            values.flat(),
            gradients.flat(),
            mean.flat(),
            square.flat(),
            start,
            end,
            share,
            1 - rate * optimizer.weightDecay(),
            optimizer.beta1(),
            optimizer.beta2(),
            rate / meanBias,
            Math.sqrt(squareBias),
            optimizer.epsilon())
        .close();
  }
}
