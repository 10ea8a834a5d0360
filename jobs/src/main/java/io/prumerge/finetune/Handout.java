package io.prumerge.finetune;

import io.prumerge.training.BatchGradients;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * What a device needs to take part in a step: the sums of the steps since the last checkpoint, so
 * that a device which was not there meanwhile can catch up.
 *
 * @param from step that the first sum belongs to, from 0
 * @param sums one for each step before this one
 * @param save what to write into a checkpoint before this step; null for no checkpoint
 */
record Handout(int from, List<Broadcast<BatchGradients>> sums, TrainingProgress save)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  Handout {
    sums = List.copyOf(sums);
  }

  /** Returns the step, from 0. */
  int step() {
    return from + sums.size();
  }
}
