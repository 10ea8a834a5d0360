package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Distribution of a run's work over chunks and tasks. No result depends on it.
 *
 * @param chunks number of parts that are committed one by one; empty: by the number of images
 * @param partitions tasks per chunk; empty: by the task slots
 * @param answerCache folder with answers of other runs, which are reused
 */
public record Parallelism(
    OptionalInt chunks, OptionalInt partitions, Optional<String> answerCache) {

  /** Chooses chunks and partitions by the data and the machine. */
  public static final Parallelism AUTOMATIC =
      new Parallelism(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  public Parallelism {
    OptionChecks.requirePositive(Setting.CHUNKS, chunks);
    OptionChecks.requirePositive(Setting.PARTITIONS, partitions);
  }
}
