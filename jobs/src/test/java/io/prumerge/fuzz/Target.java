package io.prumerge.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * A reader of files that anybody may have written, with what it may do about them: refuse them by
 * its own exceptions, and allocate so much.
 *
 * @param name for messages
 * @param seeds files it reads without complaint
 * @param reader reads a file's bytes
 * @param refusals how it says that a file is not what it should be; what extends these is another
 *     matter, as a NumberFormatException does IllegalArgumentException
 * @param heap what it may allocate
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
   * The most that reading may allocate on the heap, garbage included, which is more than it ever
   * holds.
   *
   * @param fixed bytes, whatever the input
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

  /** Loads the classes, so that what they take is not counted as the first input's. */
  void warmUp() {
    seeds.forEach(this::read);
    read(new byte[] {'{'});
  }

  /**
   * Reads the bytes.
   *
   * @throws AssertionError when anything comes out but a result or a refusal, or too much heap is
   *     taken
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
   * Reads the bytes, without a look at the heap.
   *
   * @return what came of it
   * @throws AssertionError when anything comes out but a result or a refusal
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

  /** CPU time of this thread, in seconds. */
  static double cpuSeconds() {
    return THREADS.getCurrentThreadCpuTime() / 1e9;
  }

  @Override
  public String toString() {
    return name;
  }
}
