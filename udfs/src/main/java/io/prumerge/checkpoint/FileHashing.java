package io.prumerge.checkpoint;

import io.prumerge.host.DaemonThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/** Files that threads are reading, until all are read. */
final class FileHashing {

  private final ExecutorService threads;
  private final List<Future<String>> hashes;
  private LongConsumer progress = bytes -> this.before += bytes;
  private long before; // bytes that were read before anybody waited

  FileHashing(List<Path> files) {
    int readers = Math.min(FileHashes.MOST_READERS, Runtime.getRuntime().availableProcessors());
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(readers, files.size())), DaemonThreads.named("hash"));
    this.hashes =
        files.stream()
            .map(file -> threads.submit(() -> FileHashes.hash(file, Long.MAX_VALUE, this::read)))
            .toList();
    threads.shutdown(); // they end when all is read, also where nobody waits for it
  }

  /**
   * Returns the SHA-256 of each file, as hexadecimal digits.
   *
   * @param told gets the number of bytes of each read and of each file whose hash is kept, from
   *     several threads, one after the other; at first of those that were read already
   * @throws IOException if one cannot be read or is changed meanwhile, or the thread is interrupted
   */
  List<String> each(LongConsumer told) throws IOException {
    tell(told);
    try {
      List<String> all = new ArrayList<>();
      for (Future<String> hash : hashes) {
        all.add(hash.get());
      }
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException(e.getCause().toString(), e.getCause());
    } finally {
      threads.shutdownNow(); // interrupts the others' reads
    }
  }

  private synchronized void tell(LongConsumer told) {
    if (before > 0) {
      told.accept(before);
    }
    progress = told;
  }

  private synchronized void read(long bytes) {
    progress.accept(bytes);
  }
}
