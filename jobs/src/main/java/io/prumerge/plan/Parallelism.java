package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run's work is dealt out, which no result depends on.
 *
 * @param chunks how many parts a run is committed in; empty = by the number of images
 * @param partitions tasks per chunk; empty = by the task slots
 * @param answerCache folder with answers of other runs, which are not asked for again
 */
public record Parallelism(
    OptionalInt chunks, OptionalInt partitions, Optional<String> answerCache) {

  /** By the data and the machine. */
  public static final Parallelism AUTOMATIC =
      new Parallelism(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  public Parallelism {
    OptionChecks.requirePositive(Setting.CHUNKS, chunks);
    OptionChecks.requirePositive(Setting.PARTITIONS, partitions);
  }
}
