package io.prumerge.finetune;

import java.io.Serializable;
import java.util.List;

/**
 * How far a training has come, apart from the trained values.
 *
 * @param steps all that were taken
 * @param leftOut rows that turned out to be broken when they were needed
 */
record TrainingProgress(List<StepRow> steps, List<BrokenRow> leftOut) implements Serializable {

  static final TrainingProgress NONE = new TrainingProgress(List.of(), List.of());

  private static final long serialVersionUID = 1L;

  TrainingProgress {
    steps = List.copyOf(steps);
    leftOut = List.copyOf(leftOut);
  }
}
