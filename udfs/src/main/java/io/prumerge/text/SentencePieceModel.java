package io.prumerge.text;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A SentencePiece model of byte pairs, as Llama's {@code tokenizer.model} is one: a message of
 * Protocol Buffers. Source: sentencepiece 0.2.0, {@code src/sentencepiece_model.proto}.
 *
 * @param pieces the vocabulary by id
 */
record SentencePieceModel(List<Piece> pieces) {

  private static final long MOST_BYTES = 16 << 20;
  private static final int LONGEST_PIECE = 1_000;
  private static final int BYTE_PAIRS = 2;

  /**
   * Reads a file.
   *
   * @throws TokenizerException if it is damaged, or needs what Llama's tokenizer has not
   */
  static SentencePieceModel read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw refused(file, "it has " + bytes + " bytes, more than any vocabulary needs");
      }
      return new Reader(file).model(new ProtobufMessage(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (IOException | IllegalArgumentException e) {
      throw new TokenizerException(Text.format("Cannot load %s: %s", file, e.getMessage()), e);
    }
  }

  private static TokenizerException refused(Path file, String problem) {
    return new TokenizerException(Text.format("Cannot load %s: %s", file, problem));
  }

  /** Reads the fields that matter here. */
  private record Reader(Path file) {

    SentencePieceModel model(ProtobufMessage in) {
      List<Piece> pieces = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pieces.add(piece(new ProtobufMessage(in.part())));
          case 2 -> checkTrainer(new ProtobufMessage(in.part()));
          case 3 -> checkNormalizer(new ProtobufMessage(in.part()));
          default -> in.skip();
        }
      }
      if (pieces.size() < 3 || pieces.get(0).kind() != Piece.UNKNOWN) {
        throw refused(file, "its first piece is not the unknown token");
      }
      return new SentencePieceModel(List.copyOf(pieces));
    }

    private Piece piece(ProtobufMessage in) {
      ByteBuffer text = ByteBuffer.allocate(0);
      float score = 0;
      int kind = Piece.NORMAL;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> text = in.part();
          case 2 -> score = in.decimal();
          case 3 -> kind = (int) in.number();
          default -> in.skip();
        }
      }
      if (text.remaining() > LONGEST_PIECE) {
        throw refused(file, "it has a piece of " + text.remaining() + " bytes");
      }
      return new Piece(StandardCharsets.UTF_8.decode(text).toString(), score, kind);
    }

    private void checkTrainer(ProtobufMessage in) {
      int type = 1;
      while (in.next()) {
        if (in.field() == 3) {
          type = (int) in.number();
        } else {
          in.skip();
        }
      }
      if (type != BYTE_PAIRS) {
        throw refused(file, "its model type is " + type + "; Llama's is 2, byte pairs");
      }
    }

    private void checkNormalizer(ProtobufMessage in) {
      boolean removesSpaces = true; // the format's default
      while (in.next()) {
        switch (in.field()) {
          case 2 -> require(!in.part().hasRemaining(), "it replaces characters by a table");
          case 3 -> require(in.number() != 0, "it puts no space before a text");
          case 4 -> removesSpaces = in.number() != 0;
          default -> in.skip();
        }
      }
      require(!removesSpaces, "it removes spaces");
    }

    private void require(boolean holds, String otherwise) {
      if (!holds) {
        throw refused(file, otherwise + ", which Llama's does not");
      }
    }
  }

  /**
   * The fields of one message of Protocol Buffers, in order. Spark brings the library in some of
   * its versions only, and this much of the format is small: <a
   * href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>.
   */
  private static final class ProtobufMessage {

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

    /** Returns the number of the field. */
    int field() {
      return field;
    }

    /** Returns the value of an integer, a flag or an enumeration. */
    long number() {
      require(VARINT);
      return varint();
    }

    /** Returns the value of a float. */
    float decimal() {
      require(FIXED_32);
      return Float.intBitsToFloat(part(Integer.BYTES).getInt());
    }

    /** Returns the value of a text, bytes or a message. */
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
}
