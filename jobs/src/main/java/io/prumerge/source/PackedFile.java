package io.prumerge.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.io.compress.Lz4Codec;
import org.apache.hadoop.io.compress.SnappyCodec;

/**
 * Opens text files that may be compressed; their names then end as Hadoop's codecs name them:
 * {@code .gz}, {@code .bz2}, {@code .snappy} and others. What is read from them at once is bounded.
 */
public final class PackedFile {

  private static final String GZIP = ".gz";
  private static final List<String> ENDINGS =
      List.of(GZIP, ".bz2", ".deflate", ".lz4", ".snappy", ".zst");
  private static final int BUFFER = 1 << 16;

  /** How bzip2 begins: with a block, or with the end of no blocks. */
  private static final Pattern BZIP2 = Pattern.compile("BZh[1-9](1AY&SY|\\x17rE8P\\x90)");

  private static final int BZIP2_START = 10;

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

  /**
   * Does so of a codec's bytes, and puts them behind others by itself: at the end of a block
   * Hadoop's {@code BZip2CompressionInputStream} reads one byte more than {@code start} says, which
   * is one byte from 0 on alone.
   */
  private static final class Decoded extends FilterInputStream {
    private final String name;
    private final byte[] part = new byte[BUFFER];

    Decoded(String name, InputStream decoded) {
      super(decoded);
      this.name = name;
    }

    @Override
    public int read(byte[] bytes, int start, int length) throws IOException {
      if (start > 0) {
        int read = read(part, 0, Math.min(length, part.length));
        System.arraycopy(part, 0, bytes, start, Math.max(read, 0));
        return read;
      }
      try {
        return length == 0 ? 0 : super.read(bytes, start, length); // bzip2 ends where 0 are asked
      } catch (IOException | RuntimeException e) { // codecs fail with either on damage
        String why = e.getMessage() == null ? "it is cut off, or damaged" : e.getMessage();
        throw new DataException(name + ": cannot be unpacked: " + why, e);
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

  /**
   * Returns whether the name ends so, in either case, but for how it is compressed.
   *
   * @param ending in lower case
   */
  public static boolean hasEnding(Path file, String ending) {
    return name(file).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /**
   * Returns whether there is nothing in a file, or nothing once it is decompressed: a task of
   * Spark's had no rows to write.
   *
   * @throws DataException if it is not compressed as its name says
   */
  public static boolean isEmpty(FileStatus file, Configuration hadoop) throws IOException {
    if (file.getLen() == 0 || !isPacked(file.getPath())) {
      return file.getLen() == 0;
    }
    try (InputStream bytes = bytes(file.getPath(), hadoop)) {
      return bytes.readNBytes(1).length == 0;
    }
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
  public static InputStream bytes(Path file, Configuration hadoop) throws IOException {
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
      return new Decoded(file.getName(), decoded(codec, bytes));
    } catch (IOException | RuntimeException | LinkageError e) { // a codec without its library
      throw new DataException(
          file.getName()
              + ": cannot be unpacked here: "
              + e.getMessage()
              + "; unpack it, or compress it by gzip",
          e);
    }
  }

  private static InputStream decoded(CompressionCodec codec, InputStream bytes) throws IOException {
    if (codec instanceof Lz4Codec || codec instanceof SnappyCodec) {
      return new PackedBlocks(bytes, codec.createDecompressor());
    }
    return codec.createInputStream(
        codec instanceof BZip2Codec ? requireBzip2(new BufferedInputStream(bytes)) : bytes);
  }

  /** Refuses bytes that are no bzip2, of which Hadoop's codec reads nothing, without an error. */
  private static InputStream requireBzip2(BufferedInputStream bytes) throws IOException {
    bytes.mark(BZIP2_START);
    String start = new String(bytes.readNBytes(BZIP2_START), StandardCharsets.ISO_8859_1);
    bytes.reset();
    if (!start.isEmpty() && !BZIP2.matcher(start).matches()) {
      throw new IOException("it is no bzip2 file");
    }
    return bytes;
  }
}
