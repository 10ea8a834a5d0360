package io.prumerge.source;

import io.prumerge.lang.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One cell of a TSV or CSV file.
 *
 * @param offset offset of its first byte in the file, after an opening quote
 * @param length bytes in the file, before a closing quote
 * @param plain whether that range is the value: it has no doubled quotes, and nothing follows the
 *     closing quote
 * @param value its bytes; cut if longer than {@link #LONGEST_TEXT}
 * @param charset that its text is in
 * @param texts the base64 texts of a value that is a list of such, in the file; empty if it is none
 */
record TsvCell(
    long offset, long length, boolean plain, byte[] value, Charset charset, List<Range> texts) {

  /** Longer values are images and are not kept in memory. */
  static final int LONGEST_TEXT = 1 << 16;

  /**
   * A part of the file.
   *
   * @param offset of its first byte
   * @param length in bytes
   */
  record Range(long offset, long length) {}

  TsvCell {
    texts = List.copyOf(texts);
  }

  boolean isEmpty() {
    return value.length == 0;
  }

  /**
   * Returns the value as text.
   *
   * @param where names the cell in messages
   */
  String text(String where) {
    if (value.length > LONGEST_TEXT) {
      throw new DataException(
          Text.format(
              "%s has %,d bytes; text of at most %,d is read", where, length, LONGEST_TEXT));
    }
    try {
      // A decoder of its own reports malformed bytes; new String replaces them.
      return charset.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(
          Text.format(
              "%s is not %s; save the file as UTF-8 (in Excel: CSV UTF-8)%s",
              where,
              charset.name(),
              charset.equals(StandardCharsets.UTF_8)
                  ? ", or name its encoding: windows-1252 in the file of a benchmark whose data it"
                      + " is"
                  : ""),
          e);
    }
  }
}
