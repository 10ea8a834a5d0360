package io.prumerge.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Opens text files that may be compressed by gzip; their names then end with {@code .gz}. What is
 * read from them at once is bounded.
 */
public final class PackedFile {

  private static final String ENDING = ".gz";
  private static final int BUFFER = 1 << 16;

  /** Adds the file's name to errors about damaged bytes. */
  private static final class Unpacked extends GZIPInputStream {
    private final String name;

    Unpacked(String name, InputStream packed) throws IOException {
      super(packed, BUFFER);
      this.name = name;
    }

    @Override
    public int read(byte[] bytes, int start, int length) throws IOException {
      try {
        return super.read(bytes, start, length);
      } catch (ZipException | EOFException e) {
        throw new DataException(name + ": broken gzip file: " + e.getMessage(), e);
      }
    }
  }

  private PackedFile() {}

  /** Returns the file's name without {@code .gz}. */
  public static String name(Path file) {
    String name = file.getName();
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  /**
   * Opens its decompressed bytes.
   *
   * @throws DataException if its name ends with {@code .gz} and it is not gzip
   */
  static BoundedText open(Path file, Configuration hadoop) throws IOException {
    InputStream bytes = file.getFileSystem(hadoop).open(file);
    if (!file.getName().endsWith(ENDING)) {
      return new BoundedText(file.getName(), bytes);
    }
    try {
      return new BoundedText(file.getName(), new Unpacked(file.getName(), bytes));
    } catch (IOException e) {
      bytes.close();
      throw new DataException(file.getName() + ": no gzip file: " + e.getMessage(), e);
    }
  }
}
