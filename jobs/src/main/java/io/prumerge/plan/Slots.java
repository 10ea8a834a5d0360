package io.prumerge.plan;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * How a run's work is dealt out.
 *
 * @param count tasks that run at a time
 */
public record Slots(int count) {

  /** Tasks per slot in a chunk: few enough to be long, many enough to even out. */
  private static final int TASKS_PER_SLOT = 4;

  /** Images per slot and chunk: what is lost at most when a run dies. */
  private static final int IMAGES_PER_SLOT = 64;

  private static final int MAX_CHUNKS = 64;

  /** Those of the executors that have come so far, or were asked for, whichever are more. */
  public static Slots of(SparkContext context) {
    SparkConf conf = context.getConf();
    return context.isLocal()
        ? new Slots(ExecutorShape.of(conf).tasks(context.defaultParallelism()))
        : of(conf, context.defaultParallelism());
  }

  /**
   * Those of a cluster.
   *
   * @param cores of the executors that have come so far
   */
  public static Slots of(SparkConf conf, int cores) {
    int perExecutor = conf.getInt("spark.executor.cores", 1);
    int asked =
        Math.max(
            conf.getInt("spark.cores.max", 0),
            conf.getInt("spark.executor.instances", 0) * perExecutor);
    return new Slots(ExecutorShape.of(conf).tasks(Math.max(cores, asked)));
  }

  /** Parts that a run of so many images is committed in. */
  public int chunks(long images) {
    long perChunk = (long) count * IMAGES_PER_SLOT;
    return (int) Math.min(MAX_CHUNKS, ceiling(images, perChunk));
  }

  /** Tasks of each of these chunks. */
  public int partitions(long images, int chunks) {
    return (int) Math.min(ceiling(images, chunks), (long) count * TASKS_PER_SLOT);
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
