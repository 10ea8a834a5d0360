package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one process of this host work at a time. The file that stands for the lock
 * stays, and means nothing when nobody holds it; a process that dies holds it no more.
 */
public final class HostLock {

  // File locks are per process; these are for its own threads.
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private HostLock() {}

  /** What is done while the lock is held. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  /**
   * Waits until nobody else holds the lock, then works.
   *
   * @param file that stands for the lock, made if need be; its folder must exist
   */
  public static void holding(Path file, Work work) throws IOException {
    ReentrantLock thread =
        THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
    thread.lock();
    try (FileChannel process =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      process.lock(); // until the channel is closed
      work.run();
    } finally {
      thread.unlock();
    }
  }
}
