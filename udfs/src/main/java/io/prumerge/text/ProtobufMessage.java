package io.prumerge.text;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The fields of one message of Protocol Buffers, in order. Spark brings the library in some of its
 * versions only, and this much of the format is small: <a
 * href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>.
 */
final class ProtobufMessage {

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private int wireType;

  ProtobufMessage(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Moves to the next field, whose value must be read or skipped. Returns false at the end.
   *
   * @throws IllegalArgumentException if the message is damaged, as the other methods do
   */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    return true;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  /** The value of an integer, a flag or an enumeration. */
  long number() {
    require(VARINT);
    return varint();
  }

  /** The value of a float. */
  float decimal() {
    require(FIXED_32);
    return Float.intBitsToFloat(part(Integer.BYTES).getInt());
  }

  /** The value of a text, bytes or a message. */
  ByteBuffer part() {
    require(LENGTH);
    return part(varint());
  }

  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED_64 -> part(Long.BYTES);
      case LENGTH -> part(varint());
      case FIXED_32 -> part(Integer.BYTES);
      default -> throw damaged("wire type " + wireType);
    }
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw damaged("field " + field + " of wire type " + wireType + " instead of " + expected);
    }
  }

  private ByteBuffer part(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw damaged("a part of " + length + " bytes where " + bytes.remaining() + " are left");
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private long varint() {
    try {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = bytes.get();
        value |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw damaged("an integer of more than ten bytes");
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the message ends within an integer", e);
    }
  }

  private static IllegalArgumentException damaged(String what) {
    return new IllegalArgumentException("the message has " + what);
  }
}
