package io.prumerge.finetune;

import java.io.Serializable;

/**
 * Which rows are trained on together.
 *
 * @param epochs passes over the data
 * @param steps number of steps in place of {@code epochs}; 0: by the epochs
 * @param batch rows per step, over all devices
 * @param together most rows about one image that follow each other in a batch and share its work
 */
public record TrainingSchedule(int epochs, int steps, int batch, int together)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
