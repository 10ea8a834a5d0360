package io.prumerge.finetune;

import java.io.Serializable;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts, inside tasks, the steps and sums up their losses.
 *
 * @param steps number of steps
 * @param loss sum of the steps' losses
 */
record StepMeter(LongAccumulator steps, DoubleAccumulator loss) implements Serializable {

  private static final long serialVersionUID = 1L;

  void count(double stepLoss) {
    steps.add(1);
    loss.add(stepLoss);
  }
}
