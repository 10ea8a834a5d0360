package io.prumerge.finetune;

import io.prumerge.training.BatchGradients;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one device found out about its part of a step's batch, or several about theirs.
 *
 * @param leftOut rows that turned out to be broken
 */
record StepPart(BatchGradients gradients, List<BrokenRow> leftOut) implements Serializable {

  private static final long serialVersionUID = 1L;

  StepPart {
    leftOut = List.copyOf(leftOut);
  }

  /** Returns the sum of two parts, whichever comes first. Gives this one's gradients up. */
  StepPart plus(StepPart other) {
    return new StepPart(
        gradients.plus(other.gradients),
        Stream.concat(leftOut.stream(), other.leftOut.stream()).sorted().toList());
  }
}
