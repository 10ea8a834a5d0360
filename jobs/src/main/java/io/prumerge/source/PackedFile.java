package io.prumerge.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Text files that may be packed by gzip, which their name's ending {@code .gz} says. */
public final class PackedFile {

  private static final String ENDING = ".gz";
  private static final int BUFFER = 1 << 16;

  /** Says of broken bytes which file they are in. */
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

  /** The file's name without the ending of a packed one. */
  public static String name(Path file) {
    String name = file.getName();
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  /**
   * Its bytes, unpacked.
   *
   * @throws DataException when it is named as a packed file and is none
   */
  static InputStream open(Path file, Configuration hadoop) throws IOException {
    InputStream bytes = file.getFileSystem(hadoop).open(file);
    if (!file.getName().endsWith(ENDING)) {
      return bytes;
    }
    try {
      return new Unpacked(file.getName(), bytes);
    } catch (IOException e) {
      bytes.close();
      throw new DataException(file.getName() + ": no gzip file: " + e.getMessage(), e);
    }
  }
}
