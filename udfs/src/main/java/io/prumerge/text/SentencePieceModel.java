package io.prumerge.text;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
   * One piece of the vocabulary.
   *
   * @param score the higher, the earlier it is merged
   * @param kind a number of the format
   */
  record Piece(String text, float score, int kind) {
    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
  }

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
      return new Reader(file).model(CodedInputStream.newInstance(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "Cannot load %s: %s", file, e.getMessage()), e);
    }
  }

  private static TokenizerException refused(Path file, String problem) {
    return new TokenizerException(String.format(Locale.ROOT, "Cannot load %s: %s", file, problem));
  }

  /** Reads the fields that matter here. */
  private record Reader(Path file) {

    SentencePieceModel model(CodedInputStream in) throws IOException {
      List<Piece> pieces = new ArrayList<>();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> pieces.add(piece(message(in)));
          case 2 -> checkTrainer(message(in));
          case 3 -> checkNormalizer(message(in));
          default -> in.skipField(tag);
        }
      }
      if (pieces.size() < 3 || pieces.get(0).kind() != Piece.UNKNOWN) {
        throw refused(file, "its first piece is not the unknown token");
      }
      return new SentencePieceModel(List.copyOf(pieces));
    }

    private static CodedInputStream message(CodedInputStream in) throws IOException {
      return CodedInputStream.newInstance(in.readBytes().toByteArray());
    }

    private Piece piece(CodedInputStream in) throws IOException {
      byte[] text = {};
      float score = 0;
      int kind = Piece.NORMAL;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> text = in.readBytes().toByteArray();
          case 2 -> score = in.readFloat();
          case 3 -> kind = in.readEnum();
          default -> in.skipField(tag);
        }
      }
      if (text.length > LONGEST_PIECE) {
        throw refused(file, "it has a piece of " + text.length + " bytes");
      }
      return new Piece(new String(text, StandardCharsets.UTF_8), score, kind);
    }

    private void checkTrainer(CodedInputStream in) throws IOException {
      int type = 1;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == 3) {
          type = in.readEnum();
        } else {
          in.skipField(tag);
        }
      }
      if (type != BYTE_PAIRS) {
        throw refused(file, "its model type is " + type + "; Llama's is 2, byte pairs");
      }
    }

    private void checkNormalizer(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 2 -> require(in.readBytes().isEmpty(), "it replaces characters by a table");
          case 3 -> require(in.readBool(), "it puts no space before a text");
          case 4 -> require(!in.readBool(), "it removes spaces");
          default -> in.skipField(tag);
        }
      }
    }

    private void require(boolean holds, String otherwise) {
      if (!holds) {
        throw refused(file, otherwise + ", which Llama's does not");
      }
    }
  }
}
