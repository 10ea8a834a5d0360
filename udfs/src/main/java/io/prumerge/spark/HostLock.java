package io.prumerge.spark;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock between all threads of all processes of this host. The lock file is never deleted; its
 * existence does not mean that the lock is held. A process that dies releases the lock.
 */
final class HostLock {

  // File locks are per process; these are for its own threads.
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private HostLock() {}

  /** Work to do while the lock is held. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException;
  }

  /**
   * Waits for the lock, does the work, and releases the lock.
   *
   * @param file the lock file, created if it is missing; its folder must exist
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
