package io.prumerge.spark;

import io.prumerge.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Copies a model's folder to this host, under a temporary name until it is complete, so that a
 * crash never leaves a partial copy under the final one.
 */
final class FolderCopy {

  /** Hashes of the folder's files, as {@code sha256sum} writes them. */
  static final String SUMS = "SHA256SUMS";

  private final SourceFolder source;
  private final Path copy;

  /**
   * @param copy the final name
   */
  FolderCopy(SourceFolder source, Path copy) {
    this.source = source;
    this.copy = copy;
  }

  /**
   * Makes the copy.
   *
   * @param progress gets the number of bytes of each read
   * @throws IOException if there is no room, a file cannot be read, or is not what the folder's
   *     {@value #SUMS} says
   */
  void make(LongConsumer progress) throws IOException {
    Path partial = copy.resolveSibling(copy.getFileName() + ".part");
    delete(partial); // left by an attempt that died
    requireRoom();
    Files.createDirectories(partial);
    try {
      Map<String, String> hashes = new TreeMap<>();
      for (SourceFolder.File file : source.files()) {
        Path target = partial.resolve(file.name());
        Files.createDirectories(target.getParent());
        hashes.put(file.name(), copy(file, target, progress));
      }
      verify(partial, hashes);
      Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      delete(partial);
      throw e;
    }
  }

  private void requireRoom() throws IOException {
    long free = Files.getFileStore(copy.getParent()).getUsableSpace();
    if (source.bytes() > free) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot copy the model %s (%,d MB) to %s: %,d MB are free. Make room, or set %s to another folder",
              source.model(),
              source.bytes() >> 20,
              copy.getParent(),
              free >> 20,
              ModelCache.DIRECTORY));
    }
  }

  /** Copies one file and returns the SHA-256 of the bytes read. */
  private String copy(SourceFolder.File file, Path target, LongConsumer progress)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in =
            new DigestInputStream(source.system().open(file.status().getPath()), digest);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[1 << 20];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        progress.accept(read);
      }
    }
    if (Files.size(target) != file.status().getLen()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Cannot copy %s: %d bytes arrived of %d",
              file.status().getPath(),
              Files.size(target),
              file.status().getLen()));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Compares the hashes with the source's {@value #SUMS}; writes that file if the source has none.
   */
  private void verify(Path folder, Map<String, String> hashes) throws IOException {
    Path sums = folder.resolve(SUMS);
    if (!Files.exists(sums)) {
      List<String> lines =
          hashes.entrySet().stream().map(e -> e.getValue() + "  " + e.getKey()).toList();
      Files.write(sums, lines);
      return;
    }
    for (String line : Files.readAllLines(sums)) {
      String[] parts = line.strip().split("\\s+\\*?", 2); // "hash  name" or "hash *name"
      String actual = parts.length == 2 ? hashes.get(parts[1]) : null;
      if (actual != null && !actual.equalsIgnoreCase(parts[0])) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Cannot use the model %s: the SHA-256 of %s is %s, its %s says %s",
                source.model(),
                parts[1],
                actual,
                SUMS,
                parts[0]));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
