package io.prumerge.benchmark.file;

import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Tells which of the encodings of {@link #NAMES} CSV and TSV files are in, by their bytes. */
public final class TextEncoding {

  /** The encoding of files that name none. */
  static final Charset USUAL = StandardCharsets.UTF_8;

  private static final String WESTERN = "windows-1252";

  /** The encodings that a benchmark's file may name. */
  static final Map<String, Charset> NAMES = names();

  private static final int BUFFER = 1 << 16;

  /** The byte order mark that some programs write before UTF-8. */
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** Whether there are characters beyond ASCII that are UTF-8, and bytes that are not. */
  private boolean some;

  private boolean other;

  private TextEncoding() {}

  private static Map<String, Charset> names() {
    Map<String, Charset> names = new LinkedHashMap<>();
    names.put("utf-8", USUAL);
    names.put(WESTERN, Charset.forName(WESTERN));
    return names;
  }

  /**
   * Returns the name of an encoding that a benchmark's file must say; empty for UTF-8, also if some
   * of a file's bytes are damaged.
   *
   * @throws DataException if files differ
   */
  static Optional<String> of(List<Path> files, Configuration hadoop) throws IOException {
    TextEncoding all = new TextEncoding();
    boolean mixed = false;
    for (Path file : files) {
      String name = file.getName().toLowerCase(Locale.ROOT);
      if (name.endsWith(".csv") || name.endsWith(".tsv")) {
        TextEncoding one = new TextEncoding();
        one.read(file, hadoop);
        mixed |= all.some && one.isOther() || all.isOther() && one.some;
        all.some |= one.some;
        all.other |= one.isOther();
      }
    }
    if (mixed) {
      throw new DataException(
          "Some of the data are UTF-8, others are not; save all as UTF-8 (in Excel: CSV UTF-8)");
    }
    return all.isOther() ? Optional.of(WESTERN) : Optional.empty();
  }

  /**
   * Returns the encoding of one CSV or TSV file.
   *
   * @throws DataException if it is UTF-16
   */
  public static Charset of(Path file, Configuration hadoop) throws IOException {
    return of(List.of(file), hadoop).map(NAMES::get).orElse(USUAL);
  }

  /** Text of another encoding has hardly ever a character that would be UTF-8, too. */
  private boolean isOther() {
    return other && !some;
  }

  private void read(Path file, Configuration hadoop) throws IOException {
    CharsetDecoder decoder = USUAL.newDecoder();
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    CharBuffer characters = CharBuffer.allocate(BUFFER);
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      boolean first = true;
      int read;
      do {
        read = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
        bytes.position(bytes.position() + read).flip();
        if (first && startsWithMark(bytes)) {
          bytes.position(MARK.length);
        }
        first = false;
        take(decoder, bytes, characters);
        bytes.compact();
      } while (read > 0);
      other |= bytes.position() > 0; // the file ends within a character
    }
  }

  private static boolean startsWithMark(ByteBuffer bytes) {
    return bytes.remaining() >= MARK.length
        && bytes.slice(0, MARK.length).equals(ByteBuffer.wrap(MARK));
  }

  private void take(CharsetDecoder decoder, ByteBuffer bytes, CharBuffer characters) {
    CoderResult result;
    do {
      characters.clear();
      result = decoder.decode(bytes, characters, false);
      some |= characters.flip().chars().anyMatch(c -> c > 0x7F);
      if (result.isError()) {
        other = true;
        bytes.position(bytes.position() + result.length());
      }
    } while (!result.isUnderflow());
  }
}
