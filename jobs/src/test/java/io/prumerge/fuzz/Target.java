package io.prumerge.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * A reader of foreign files, with its limits: it may refuse files by its own exceptions, and may
 * allocate a bounded amount of heap.
 *
 * @param name for messages
 * @param seeds valid files
 * @param reader reads a file's bytes
 * @param refusals the exceptions about invalid files; subclasses are not allowed, such as
 *     NumberFormatException for IllegalArgumentException
 * @param heap the allowed allocation
 */
record Target(
    String name,
    List<byte[]> seeds,
    Reader reader,
    List<Class<? extends Exception>> refusals,
    Heap heap) {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads bytes as if they were a file. */
  interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  /**
   * The largest allowed allocation on the heap, garbage included.
   *
   * @param fixed bytes for any input
   * @param perByte bytes for each byte of the input
   */
  record Heap(long fixed, long perByte) {

    long most(byte[] input) {
      return fixed + perByte * input.length;
    }
  }

  Target {
    seeds = List.copyOf(seeds);
    refusals = List.copyOf(refusals);
  }

  /** Loads the classes, so that their allocation is not counted for the first input. */
  void warmUp() {
    seeds.forEach(this::read);
    read(new byte[] {'{'});
  }

  /**
   * Reads the bytes.
   *
   * @throws AssertionError if the reader throws another exception, or allocates too much
   */
  void feed(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    String outcome = read(bytes);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (taken > heap.most(bytes)) {
      throw new AssertionError(
          "%s took %,d bytes of heap for an input of %,d bytes, more than %,d (%s)"
              .formatted(name, taken, bytes.length, heap.most(bytes), outcome));
    }
  }

  /**
   * Reads the bytes without checking the heap.
   *
   * @return the outcome
   * @throws AssertionError if the reader throws another exception
   */
  String read(byte[] bytes) {
    try {
      reader.read(bytes);
      return "it was read";
    } catch (Throwable thrown) { // an Error is what this looks for
      if (!refusals.contains(thrown.getClass()) || thrown.getMessage() == null) {
        throw new AssertionError(name + " threw " + thrown, thrown);
      }
      return thrown.getMessage();
    }
  }

  /** Returns the CPU time of this thread, in seconds. */
  static double cpuSeconds() {
    return THREADS.getCurrentThreadCpuTime() / 1e9;
  }

  @Override
  public String toString() {
    return name;
  }
}
