package io.prumerge.jobs;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run's work is dealt out, which no result depends on.
 *
 * @param chunks how many parts a run is committed in; empty = by the number of images
 * @param partitions tasks per chunk; empty = by the task slots
 * @param answerCache folder with answers of other runs, which are not asked for again
 */
record Dealing(OptionalInt chunks, OptionalInt partitions, Optional<String> answerCache) {

  /** By the data and the machine. */
  static final Dealing AUTOMATIC =
      new Dealing(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  Dealing {
    PrepareOptions.requirePositive("--chunks", chunks);
    PrepareOptions.requirePositive("--partitions", partitions);
  }
}
