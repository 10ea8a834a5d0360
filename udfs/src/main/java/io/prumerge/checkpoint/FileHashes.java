package io.prumerge.checkpoint;

import io.prumerge.host.DaemonThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * SHA-256 of large files: several side by side, and each read once in a process while it stays the
 * same file. In local mode driver and executor are one process, and both ask.
 *
 * <p>Nothing keeps a hash for the next process. Length and times of a file do not determine its
 * bytes: copying and restoring tools set times, and a failing disk changes neither. Pins, --resume
 * and the answer cache would then trust a hash that nobody computed.
 */
final class FileHashes {

  private static final int BUFFER_BYTES = 1 << 20;

  /** Readers side by side: a disk has its limit too. */
  private static final int MOST_READERS = 8;

  /** A file that was changed this short before it was read may change again within its tick. */
  private static final long SETTLED_MILLIS = 2_000;

  private static final Map<State, String> KEPT = new ConcurrentHashMap<>();

  /**
   * What changes with a file's bytes. No tool can set the time of the last change of its entry.
   *
   * @param file the inode, where there are any
   */
  private record State(Path path, Object device, Object file, Object size, Object changed) {

    private static final String ATTRIBUTES = "unix:dev,ino,size,ctime";

    /** Returns the state; null where the file system does not tell. */
    static State of(Path path) throws IOException {
      try {
        Map<String, Object> now = Files.readAttributes(path, ATTRIBUTES);
        return new State(
            path.toRealPath(), now.get("dev"), now.get("ino"), now.get("size"), now.get("ctime"));
      } catch (UnsupportedOperationException e) {
        return null;
      }
    }

    boolean settled(long millis) {
      return ((FileTime) changed).toMillis() + SETTLED_MILLIS < millis;
    }
  }

  private FileHashes() {}

  /**
   * Begins to hash files in the background.
   *
   * @return what {@link Hashing#together} waits for
   */
  static Hashing begin(List<Path> files) {
    return new Hashing(files);
  }

  /** Files that threads are reading, until all are read. */
  static final class Hashing {

    private final ExecutorService threads;
    private final List<Future<String>> hashes;
    private LongConsumer progress = bytes -> this.before += bytes;
    private long before; // bytes that were read before anybody waited

    private Hashing(List<Path> files) {
      int readers = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
      this.threads =
          Executors.newFixedThreadPool(
              Math.max(1, Math.min(readers, files.size())), DaemonThreads.named("hash"));
      this.hashes =
          files.stream().map(file -> threads.submit(() -> hash(file, this::read))).toList();
      threads.shutdown(); // they end when all is read, also where nobody waits for it
    }

    /**
     * Returns the SHA-256 of one file, as hexadecimal digits; of several, that of their hashes, a
     * line each: what {@code sha256sum FILES | cut -d' ' -f1 | sha256sum} prints.
     *
     * @param told gets the number of bytes of each read and of each file whose hash is kept, from
     *     several threads, one after the other; at first of those that were read already
     * @throws IOException if one cannot be read, or the thread is interrupted
     */
    String together(LongConsumer told) throws IOException {
      tell(told);
      try {
        List<String> all = new ArrayList<>();
        for (Future<String> hash : hashes) {
          all.add(hash.get());
        }
        return all.size() == 1
            ? all.get(0)
            : Sha256.hex((String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().toString(), e.getCause());
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

  private static String hash(Path file, LongConsumer progress) throws IOException {
    long begin = System.currentTimeMillis();
    State before = State.of(file);
    String kept = before == null ? null : KEPT.get(before);
    if (kept != null) {
      progress.accept(Files.size(file));
      return kept;
    }
    MessageDigest sha256 = Sha256.ofMuch();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (FileChannel in = FileChannel.open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer.flip());
        buffer.clear();
        progress.accept(read);
      }
    }
    String hash = HexFormat.of().formatHex(sha256.digest());
    if (before != null && before.settled(begin) && before.equals(State.of(file))) {
      KEPT.put(before, hash);
    }
    return hash;
  }
}
