package io.prumerge.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes small files atomically: a file exists whole or not at all. */
public final class WholeFile {

  private WholeFile() {}

  /** Returns the prefix of a file's temporary name while it is being written. */
  public static String partialName(String name) {
    return "." + name + ".";
  }

  /**
   * Writes a file under a temporary name, then renames it. Returns false if the file exists
   * already.
   */
  public static boolean wroteFirst(FileSystem fs, Path file, String text) throws IOException {
    Path partial = Folders.beside(file, partialName(file.getName()) + UUID.randomUUID());
    try (OutputStream out = OutputFile.create(fs, partial, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (fs.exists(file) || !fs.rename(partial, file)) {
      fs.delete(partial, false);
      return false;
    }
    return true;
  }
}
