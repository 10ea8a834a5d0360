package io.prumerge.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock between all threads of all processes of this host. The lock file is never deleted; its
 * existence does not mean that the lock is held. A process that dies releases the lock.
 */
public final class HostLock {

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
    ReentrantLock thread = ofThreads(file);
    thread.lock();
    try (FileChannel process = open(file)) {
      process.lock(); // until the channel is closed
      work.run();
    } finally {
      thread.unlock();
    }
  }

  /** Does the work under the lock, if nobody holds it, this thread included. */
  public static void ifFree(Path file, Work work) throws IOException {
    ReentrantLock thread = ofThreads(file);
    if (thread.isHeldByCurrentThread() || !thread.tryLock()) {
      return;
    }
    try (FileChannel process = open(file)) {
      FileLock lock = process.tryLock();
      if (lock != null) {
        work.run();
      }
    } finally {
      thread.unlock();
    }
  }

  private static ReentrantLock ofThreads(Path file) {
    return THREADS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
