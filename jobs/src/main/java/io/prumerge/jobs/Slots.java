package io.prumerge.jobs;

import org.apache.spark.SparkContext;

/**
 * How a run's work is dealt out.
 *
 * @param count tasks that run at a time
 */
record Slots(int count) {

  /** Tasks per slot in a chunk: few enough to be long, many enough to even out. */
  private static final int TASKS_PER_SLOT = 4;

  /** Images per slot and chunk: what is lost at most when a run dies. */
  private static final int IMAGES_PER_SLOT = 64;

  private static final int MAX_CHUNKS = 64;

  /** Those of the executors that have come so far. */
  static Slots of(SparkContext context) {
    return new Slots(ExecutorShape.of(context.getConf()).tasks(context.defaultParallelism()));
  }

  /** Parts that a run of so many images is committed in. */
  int chunks(long images) {
    long perChunk = (long) count * IMAGES_PER_SLOT;
    return (int) Math.min(MAX_CHUNKS, ceiling(images, perChunk));
  }

  /** Tasks of each of these chunks. */
  int partitions(long images, int chunks) {
    return (int) Math.min(ceiling(images, chunks), (long) count * TASKS_PER_SLOT);
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
