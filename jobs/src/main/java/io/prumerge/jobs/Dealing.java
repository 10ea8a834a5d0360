package io.prumerge.jobs;

import java.util.OptionalInt;

/**
 * How a run's work is dealt out.
 *
 * @param chunks how many parts a run is committed in; empty = by the number of images
 * @param partitions tasks per chunk; empty = by the task slots
 */
record Dealing(OptionalInt chunks, OptionalInt partitions) {

  /** By the data and the machine. */
  static final Dealing AUTOMATIC = new Dealing(OptionalInt.empty(), OptionalInt.empty());

  Dealing {
    PrepareOptions.requirePositive("--chunks", chunks);
    PrepareOptions.requirePositive("--partitions", partitions);
  }
}
