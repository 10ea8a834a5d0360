package io.prumerge.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** Reads images that are base64 text inside a file. */
final class Base64Images {

  /** Returns the number of base64 characters of this number of bytes. */
  private static final int CHARACTERS = 4;

  private static final int BYTES = 3;

  private Base64Images() {}

  /**
   * Returns the decoded image, or its beginning. Text that is not base64 is returned unchanged; the
   * image decoder then rejects it.
   *
   * @param most reads at most a few bytes more than this of a longer image
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
