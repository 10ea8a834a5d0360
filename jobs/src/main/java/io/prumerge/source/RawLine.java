package io.prumerge.source;

import io.prumerge.lang.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One line of a text file before it is decoded.
 *
 * @param file the file's name, for messages
 * @param number line number from 1
 * @param bytes a character for each
 */
public record RawLine(String file, int number, String bytes) {

  boolean isBlank() {
    String visible = bytes.strip();
    return visible.isEmpty() || visible.charAt(0) > 0x7F && replaced().text().isBlank();
  }

  /**
   * Returns the line as text.
   *
   * @throws DataException if it is not UTF-8
   */
  public TextLine line() {
    try {
      // A decoder of its own reports malformed bytes; new String replaces them.
      return line(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
              .toString());
    } catch (CharacterCodingException e) {
      throw new DataException(
          Text.format("%s:%d: not UTF-8; save the file as UTF-8", file, number), e);
    }
  }

  /** Returns the line, with a replacement character for what is not UTF-8. */
  TextLine replaced() {
    return line(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  private TextLine line(String text) {
    return new TextLine(
        file, number, number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
  }
}
