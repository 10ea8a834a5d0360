package io.prumerge.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small files of ours, which are there whole or not at all. */
public final class WholeFile {

  private WholeFile() {}

  /** What the temporary name of a file begins with until it is whole. */
  public static String partialName(String name) {
    return "." + name + ".";
  }

  /** Under a temporary name first: a file that is there is whole. False where there is one. */
  public static boolean wroteFirst(FileSystem fs, Path file, String text) throws IOException {
    Path partial = new Path(file.getParent(), partialName(file.getName()) + UUID.randomUUID());
    try (OutputStream out = fs.create(partial, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (fs.exists(file) || !fs.rename(partial, file)) {
      fs.delete(partial, false);
      return false;
    }
    return true;
  }
}
