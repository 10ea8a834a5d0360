package io.prumerge.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Images that stand as base64 text inside a file. */
final class Base64Images {

  /** How many characters hold so many bytes. */
  private static final int CHARACTERS = 4;

  private static final int BYTES = 3;

  private Base64Images() {}

  /**
   * The decoded image, or its beginning. Text that is no base64 comes back as it is: no image
   * either, as whoever decodes it will find.
   *
   * @param most of a longer image no more than a few bytes beyond so many are read
   */
  static byte[] read(ImagePlace.Base64Range place, int most, Configuration hadoop)
      throws IOException {
    long longest = (most / BYTES + 1L) * CHARACTERS;
    byte[] text = new byte[Math.toIntExact(Math.min(place.length(), longest))];
    Path path = new Path(place.file());
    try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
      in.readFully(place.offset(), text);
    }
    try {
      return Base64.getDecoder().decode(withoutWhiteSpace(text));
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static byte[] withoutWhiteSpace(byte[] text) {
    byte[] kept = new byte[text.length];
    int length = 0;
    for (byte c : text) {
      if (c != '\n' && c != '\r' && c != ' ') {
        kept[length++] = c;
      }
    }
    return Arrays.copyOf(kept, length);
  }
}
