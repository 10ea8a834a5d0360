package io.prumerge.prepare;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Keeps rows with many bytes of pictures within the memory of this JVM: a task holds a row's bytes
 * several times while it writes it. Of rows that are larger than every task may have at once, one
 * task of this JVM makes some at a time.
 */
final class RowMemory implements AutoCloseable {

  /** Copies of a video's frames: as they were read, in a page, and in the row group. */
  static final int OF_VIDEO = 3;

  /** Copies of pictures while they are compressed into an array that doubles as it grows. */
  static final int OF_PICTURES = 5;

  /** For all else that Spark and this program hold. */
  private static final long REST = 256L << 20;

  private static final int MEBIBYTE = 20;
  private static final Semaphore LARGE = new Semaphore(1, true);

  private final long heap;
  private final int copies;
  private final int tasks;
  private boolean alone;

  /**
   * @param heap bytes of this JVM
   * @param copies {@link #OF_VIDEO} or {@link #OF_PICTURES}
   * @param tasks that run in it at a time
   */
  RowMemory(long heap, int copies, int tasks) {
    this.heap = heap;
    this.copies = copies;
    this.tasks = tasks;
  }

  /** Returns that of a task. */
  static RowMemory ofTask(int copies) {
    SparkConf conf = SparkEnv.get().conf();
    int cores =
        Math.min(
            Runtime.getRuntime().availableProcessors(),
            conf.getInt("spark.executor.cores", Integer.MAX_VALUE));
    return new RowMemory(
        Runtime.getRuntime().maxMemory(),
        copies,
        Math.max(1, cores / conf.getInt("spark.task.cpus", 1)));
  }

  /** Returns the bytes of the largest row, beside smaller ones of the other tasks. */
  private long most() {
    return usable() / 4 * 3 / copies;
  }

  /** Returns the bytes of the largest row that all tasks may have. */
  private long share() {
    return usable() / 4 / copies / tasks;
  }

  private long usable() {
    return heap - Math.min(heap / 2, REST);
  }

  /**
   * Lets a row grow while it is read; waits for another task's large one.
   *
   * @param bytes of the row's pictures so far
   * @param read how many pictures these are
   * @param all how many pictures the row will have
   * @param id of the row, for the message
   * @throws DataException if this JVM has too little memory
   */
  void require(long bytes, int read, int all, String id) throws InterruptedIOException {
    if (bytes > most()) {
      long whole = bytes / read * all;
      long needed = copies * whole / 3 * 4 + REST;
      throw new DataException(
          Wording.of(
              "Cannot prepare '%s' with %,d MiB of memory: its %,d pictures or frames have about %,d"
                  + " MiB, which are held %d times while they are written. Give it %d GiB, by"
                  + " spark.driver.memory or --driver-memory of spark-submit, on a cluster by those"
                  + " of the executors, or choose fewer frames by %s",
              id,
              heap >> MEBIBYTE,
              all,
              whole >> MEBIBYTE,
              copies,
              (needed >> 30) + 1,
              Setting.FRAMES));
    }
    if (!alone && bytes > share()) {
      try {
        LARGE.acquire();
      } catch (InterruptedException e) { // the task is killed
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(id + " waited for another large row");
      }
      alone = true;
    }
  }

  /** Ends the task's turn. */
  @Override
  public void close() {
    if (alone) {
      alone = false;
      LARGE.release();
    }
  }
}
