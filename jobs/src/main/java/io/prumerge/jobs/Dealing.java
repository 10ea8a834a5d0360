package io.prumerge.jobs;

import java.util.OptionalInt;
import java.util.OptionalLong;

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
    requirePositive("--chunks", chunks);
    requirePositive("--partitions", partitions);
  }

  private static void requirePositive(String option, OptionalInt value) {
    PrepareOptions.requirePositive(
        option, value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty());
  }
}
