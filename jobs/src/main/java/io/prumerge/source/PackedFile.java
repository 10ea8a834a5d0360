package io.prumerge.source;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * Opens text files that may be compressed; their names then end as Hadoop's codecs name them:
 * {@code .gz}, {@code .bz2}, {@code .snappy} and others. What is read from them at once is bounded.
 */
public final class PackedFile {

  private static final String GZIP = ".gz";
  private static final List<String> ENDINGS =
      List.of(GZIP, ".bz2", ".deflate", ".lz4", ".snappy", ".zst");
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

  /** Does so of a codec's bytes. */
  private static final class Decoded extends FilterInputStream {
    private final String name;

    Decoded(String name, InputStream decoded) {
      super(decoded);
      this.name = name;
    }

    @Override
    public int read(byte[] bytes, int start, int length) throws IOException {
      try {
        return length == 0 ? 0 : super.read(bytes, start, length); // bzip2 ends where 0 are asked
      } catch (IOException | RuntimeException e) { // codecs fail with either on damage
        throw new DataException(name + ": cannot be unpacked: " + e.getMessage(), e);
      }
    }
  }

  private PackedFile() {}

  /** Returns the file's name without the ending that says how it is compressed. */
  public static String name(Path file) {
    String name = file.getName();
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream()
        .filter(lower::endsWith)
        .findFirst()
        .map(ending -> name.substring(0, name.length() - ending.length()))
        .orElse(name);
  }

  /** Returns whether a file is compressed, by its name. */
  static boolean isPacked(Path file) {
    return !name(file).equals(file.getName());
  }

  /**
   * Opens its decompressed bytes, of which a piece at a time is bounded.
   *
   * @throws DataException if it is not compressed as its name says
   */
  static BoundedText open(Path file, Configuration hadoop) throws IOException {
    return new BoundedText(file.getName(), bytes(file, hadoop));
  }

  /**
   * Opens its decompressed bytes for a reader that bounds them itself.
   *
   * @throws DataException if it is not compressed as its name says
   */
  static InputStream bytes(Path file, Configuration hadoop) throws IOException {
    InputStream bytes = file.getFileSystem(hadoop).open(file);
    if (!isPacked(file)) {
      return bytes;
    }
    boolean gzip = file.getName().toLowerCase(Locale.ROOT).endsWith(GZIP);
    try {
      return gzip ? new Unpacked(file.getName(), bytes) : decoded(file, bytes, hadoop);
    } catch (IOException e) {
      bytes.close();
      throw new DataException(file.getName() + ": no gzip file: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static InputStream decoded(Path file, InputStream bytes, Configuration hadoop) {
    Path lower = new Path(file.getName().toLowerCase(Locale.ROOT));
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(lower);
    try {
      if (codec == null) {
        throw new IOException("Hadoop has no codec for this name");
      }
      return new Decoded(file.getName(), codec.createInputStream(bytes));
    } catch (IOException | RuntimeException | LinkageError e) { // a codec without its library
      throw new DataException(
          file.getName()
              + ": cannot be unpacked here: "
              + e.getMessage()
              + "; unpack it, or compress it by gzip",
          e);
    }
  }
}
