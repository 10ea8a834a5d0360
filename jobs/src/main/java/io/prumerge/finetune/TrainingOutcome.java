package io.prumerge.finetune;

import java.io.Serializable;

/**
 * What a finished training reports.
 *
 * @param number of its job
 * @param parameters number of trained values
 * @param device as {@code cpu} or {@code cuda:N}
 * @param dtype arithmetic of the model
 */
record TrainingOutcome(
    int number,
    TrainingProgress progress,
    int parameters,
    String device,
    String dtype,
    String host)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
