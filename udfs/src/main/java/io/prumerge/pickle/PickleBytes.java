package io.prumerge.pickle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The arguments of a pickle's opcodes, read in order; never more than there is. */
final class PickleBytes {

  // Module and class names are short; a line end that is missing is found early.
  private static final int LONGEST_LINE = 1_000;

  private final ByteBuffer bytes;

  PickleBytes(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  int unsignedByte() {
    require(1);
    return bytes.get() & 0xFF;
  }

  int unsignedShort() {
    require(Short.BYTES);
    return bytes.getShort() & 0xFFFF;
  }

  int signedInt() {
    require(Integer.BYTES);
    return bytes.getInt();
  }

  /** A big-endian double, as BINFLOAT has it. */
  double bigEndianDouble() {
    require(Double.BYTES);
    return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
  }

  /** A little-endian integer of so many bytes in two's complement. */
  long integer(int length) {
    require(length);
    if (length > Long.BYTES) {
      throw new PickleException("an integer of " + length + " bytes is too large");
    }
    byte[] bigEndian = new byte[length + 1];
    for (int i = length; i > 0; i--) {
      bigEndian[i] = bytes.get();
    }
    bigEndian[0] = (byte) (length > 0 && bigEndian[1] < 0 ? -1 : 0);
    return new BigInteger(bigEndian).longValue();
  }

  /** Text of so many bytes in UTF-8. */
  String text(int length) {
    if (length < 0) {
      throw new PickleException("a text of " + Integer.toUnsignedString(length) + " bytes");
    }
    require(length);
    ByteBuffer text = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return decoded(text);
  }

  /** Text up to a line end. */
  String line() {
    int start = bytes.position();
    while (unsignedByte() != '\n') {
      if (bytes.position() - start > LONGEST_LINE) {
        throw new PickleException("a name of more than " + LONGEST_LINE + " bytes");
      }
    }
    return decoded(bytes.slice(start, bytes.position() - 1 - start));
  }

  private static String decoded(ByteBuffer text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new PickleException("a text that is not UTF-8", e);
    }
  }

  private void require(int length) {
    if (bytes.remaining() < length) {
      throw new PickleException(
          String.format(
              Locale.ROOT,
              "it ends at byte %d, where %d more are needed",
              bytes.limit(),
              length - bytes.remaining()));
    }
  }
}
