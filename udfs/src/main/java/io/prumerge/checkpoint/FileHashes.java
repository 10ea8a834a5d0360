package io.prumerge.checkpoint;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  static final int MOST_READERS = 8;

  /** So many bytes of a file are its beginning. */
  private static final int BEGINNING_BYTES = 1 << 20;

  private static final Map<Kept, String> KEPT = new ConcurrentHashMap<>();

  /**
   * What was read of a file.
   *
   * @param most bytes that were read at most
   */
  private record Kept(Path path, FileStat state, long most) {}

  /** A file was written while it was read. */
  static final class ChangedException extends IOException {

    private static final long serialVersionUID = 1L;

    private ChangedException(Path file, FileStat before, FileStat after) {
      super(
          Text.format(
              "%s was changed while it was read: it had %s, and has %s", file, before, after));
    }
  }

  private FileHashes() {}

  /**
   * Begins to hash files in the background.
   *
   * @return what {@link FileHashing#each} waits for
   */
  static FileHashing begin(List<Path> files) {
    return new FileHashing(files);
  }

  /**
   * Returns the hash of one file; of several, that of their hashes, a line each: what {@code
   * sha256sum FILES | cut -d' ' -f1 | sha256sum} prints.
   */
  static String together(List<String> hashes) {
    return hashes.size() == 1
        ? hashes.get(0)
        : Sha256.hex((String.join("\n", hashes) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the SHA-256 of a file, which is read if it has another state than before. */
  static String of(Path file) throws IOException {
    return hash(file, Long.MAX_VALUE, read -> {});
  }

  /**
   * Returns the SHA-256 of a file's first MiB: in safetensors the header, and some of the weights.
   */
  static String ofBeginning(Path file) throws IOException {
    return hash(file, BEGINNING_BYTES, read -> {});
  }

  static String hash(Path file, long most, LongConsumer progress) throws IOException {
    long begin = System.currentTimeMillis();
    FileStat before = FileStat.of(file);
    Kept key = new Kept(file.toRealPath(), before, Math.min(most, before.size()));
    String kept = KEPT.get(key);
    if (kept != null) {
      progress.accept(key.most());
      return kept;
    }
    String hash = read(file, most, progress);
    FileStat after = FileStat.of(file);
    if (!after.looksLike(before)) {
      throw new ChangedException(file, before, after);
    }
    if (before.settled(begin) && before.equals(after)) {
      KEPT.put(key, hash);
    }
    return hash;
  }

  private static String read(Path file, long most, LongConsumer progress) throws IOException {
    MessageDigest sha256 = Sha256.ofMuch();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (FileChannel in = FileChannel.open(file)) {
      for (long left = most; left > 0; ) {
        int read = in.read(buffer.limit((int) Math.min(BUFFER_BYTES, left)));
        if (read < 0) {
          break;
        }
        sha256.update(buffer.flip());
        buffer.clear();
        left -= read;
        progress.accept(read);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
