package io.prumerge.plan.preflight;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * Task slots of the cluster, which determine chunks and tasks.
 *
 * @param count number of tasks that run at a time
 */
public record Slots(int count) {

  /** Tasks per slot and chunk, at most: few enough for long tasks, many enough for an even load. */
  private static final int TASKS_PER_SLOT = 4;

  /**
   * Images, or frames of videos, of a task, at least: a batch of the tower. A task of fewer ends
   * while the others' images do not fill a batch or a pass.
   */
  private static final int VIEWS_PER_TASK = 8;

  /** Images, or frames of videos, per slot and chunk: the most that is lost if a run dies. */
  private static final int VIEWS_PER_SLOT = 64;

  private static final int MAX_CHUNKS = 64;

  /** Returns the slots of the registered or of the requested executors, whichever are more. */
  public static Slots of(SparkContext context) {
    SparkConf conf = context.getConf();
    return context.isLocal()
        ? new Slots(ExecutorShape.of(conf).tasks(context.defaultParallelism()))
        : of(conf, context.defaultParallelism());
  }

  /**
   * Returns the slots of a cluster.
   *
   * @param cores number of cores of the registered executors
   */
  public static Slots of(SparkConf conf, int cores) {
    int perExecutor = conf.getInt("spark.executor.cores", 1);
    int asked =
        Math.max(
            conf.getInt("spark.cores.max", 0),
            conf.getInt("spark.executor.instances", 0) * perExecutor);
    return new Slots(ExecutorShape.of(conf).tasks(Math.max(cores, asked)));
  }

  /**
   * Returns the number of chunks of a run.
   *
   * @param rows images or videos
   * @param views of a row: 1 of images, the frames of a video
   */
  public int chunks(long rows, int views) {
    long perChunk = (long) count * rowsOf(VIEWS_PER_SLOT, views);
    return (int) Math.min(MAX_CHUNKS, ceiling(rows, perChunk));
  }

  /**
   * Returns the number of tasks of each chunk.
   *
   * @param rows of all chunks, as of {@link #chunks}
   * @param views likewise
   */
  public int partitions(long rows, int views, int chunks) {
    long ofChunk = ceiling(rows, chunks);
    long perSlot = ofChunk / count / rowsOf(VIEWS_PER_TASK, views);
    return (int) Math.min(ofChunk, count * Math.max(1, Math.min(perSlot, TASKS_PER_SLOT)));
  }

  /** Returns the rows that have about so many views, at least one. */
  private static int rowsOf(int most, int views) {
    return Math.max(1, most / views);
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
