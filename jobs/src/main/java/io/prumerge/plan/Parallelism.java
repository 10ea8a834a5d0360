package io.prumerge.plan;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Distribution of a run's work over chunks and tasks. No result depends on it.
 *
 * @param chunks number of parts that are committed one by one; empty: by the number of images, or
 *     of videos' frames
 * @param partitions tasks per chunk; empty: by the task slots
 * @param answerCache folder with answers of other runs, which are reused
 */
public record Parallelism(
    OptionalInt chunks, OptionalInt partitions, Optional<String> answerCache) {

  public Parallelism {
    CountSetting.CHUNKS.require(chunks);
    CountSetting.PARTITIONS.require(partitions);
  }
}
