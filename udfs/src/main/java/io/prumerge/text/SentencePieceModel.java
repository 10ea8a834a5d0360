package io.prumerge.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
      return new Reader(file).model(new ProtobufMessage(ByteBuffer.wrap(Files.readAllBytes(file))));
    } catch (IOException | IllegalArgumentException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "Cannot load %s: %s", file, e.getMessage()), e);
    }
  }

  private static TokenizerException refused(Path file, String problem) {
    return new TokenizerException(String.format(Locale.ROOT, "Cannot load %s: %s", file, problem));
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

  /**
   * Writes a SentencePiece model as the {@code tokenizer.json} that transformers makes of it, in
   * the legacy form: every text between special tokens gets a space in front. Source: transformers
   * 4.57.1, {@code convert_slow_tokenizer.py}, LlamaConverter and generate_merges; {@code
   * models/llama/tokenization_llama_fast.py}.
   */
  static final class SentencePieceJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SPACE = "▁";
    private static final String BEGIN = "<s>";

    /** A pair of pieces that are merged into one. */
    private record Merge(String left, String right, float score) {
      int leftLength() {
        return left.codePointCount(0, left.length());
      }

      int rightLength() {
        return right.codePointCount(0, right.length());
      }
    }

    private SentencePieceJson() {}

    static ObjectNode of(SentencePieceModel model) {
      ObjectNode json = MAPPER.createObjectNode();
      json.put("version", "1.0").putNull("truncation").putNull("padding");
      addedTokens(model, json.putArray("added_tokens"));
      ObjectNode normalizer = json.putObject("normalizer").put("type", "Sequence");
      ArrayNode steps = normalizer.putArray("normalizers");
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
      replace(steps.addObject(), " ", SPACE);
      json.putNull("pre_tokenizer");
      postProcessor(json.putObject("post_processor"));
      decoder(json.putObject("decoder"));
      bytePairs(model, json.putObject("model"));
      return json;
    }

    /** Returns one added token; special tokens are left out of decoded text. */
    static ObjectNode addToken(ArrayNode tokens, int id, String text, boolean special) {
      return tokens
          .addObject()
          .put("id", id)
          .put("content", text)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", special);
    }

    private static void addedTokens(SentencePieceModel model, ArrayNode tokens) {
      for (int id = 0; id < model.pieces().size(); id++) {
        SentencePieceModel.Piece piece = model.pieces().get(id);
        boolean special =
            piece.kind() == SentencePieceModel.Piece.UNKNOWN
                || piece.kind() == SentencePieceModel.Piece.CONTROL;
        if (special || piece.kind() == SentencePieceModel.Piece.USER_DEFINED) {
          addToken(tokens, id, piece.text(), special);
        }
      }
    }

    private static void replace(ObjectNode step, String pattern, String content) {
      step.put("type", "Replace").putObject("pattern").put("String", pattern);
      step.put("content", content);
    }

    private static void postProcessor(ObjectNode processor) {
      processor.put("type", "TemplateProcessing");
      ArrayNode single = processor.putArray("single");
      special(single, 0);
      sequence(single, "A", 0);
      ArrayNode pair = processor.putArray("pair");
      special(pair, 0);
      sequence(pair, "A", 0);
      special(pair, 1);
      sequence(pair, "B", 1);
      ObjectNode begin = processor.putObject("special_tokens").putObject(BEGIN).put("id", BEGIN);
      begin.putArray("ids").add(1);
      begin.putArray("tokens").add(BEGIN);
    }

    private static void special(ArrayNode template, int type) {
      template.addObject().putObject("SpecialToken").put("id", BEGIN).put("type_id", type);
    }

    private static void sequence(ArrayNode template, String name, int type) {
      template.addObject().putObject("Sequence").put("id", name).put("type_id", type);
    }

    private static void decoder(ObjectNode decoder) {
      ArrayNode steps = decoder.put("type", "Sequence").putArray("decoders");
      replace(steps.addObject(), SPACE, " ");
      steps.addObject().put("type", "ByteFallback");
      steps.addObject().put("type", "Fuse");
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }

    private static void bytePairs(SentencePieceModel model, ObjectNode json) {
      json.put("type", "BPE").putNull("dropout");
      json.put("unk_token", model.pieces().get(0).text());
      json.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
      json.put("fuse_unk", true).put("byte_fallback", true);
      Map<String, Integer> ids = new LinkedHashMap<>();
      ObjectNode vocabulary = json.putObject("vocab");
      for (int id = 0; id < model.pieces().size(); id++) {
        ids.put(model.pieces().get(id).text(), id);
        vocabulary.put(model.pieces().get(id).text(), id);
      }
      ArrayNode merges = json.putArray("merges");
      for (Merge merge : merges(model, ids)) {
        merges.addArray().add(merge.left()).add(merge.right());
      }
    }

    /** Returns all pairs of pieces that make a piece, the highest score first. */
    private static List<Merge> merges(SentencePieceModel model, Map<String, Integer> ids) {
      Comparator<Merge> byIds =
          Comparator.<Merge>comparingInt(merge -> ids.get(merge.left()))
              .thenComparingInt(merge -> ids.get(merge.right()));
      List<Merge> merges = new ArrayList<>();
      for (SentencePieceModel.Piece piece : model.pieces()) {
        List<Merge> ways = new ArrayList<>();
        String text = piece.text();
        for (int end = 0; end < text.length(); end = text.offsetByCodePoints(end, 1)) {
          Merge way = new Merge(text.substring(0, end), text.substring(end), piece.score());
          if (ids.containsKey(way.left()) && ids.containsKey(way.right())) {
            ways.add(way);
          }
        }
        ways.sort(byIds);
        merges.addAll(ways);
      }
      // Stable, as Python's sort in reverse is.
      merges.sort(
          Comparator.<Merge>comparingDouble(Merge::score)
              .thenComparingInt(Merge::leftLength)
              .thenComparingInt(Merge::rightLength)
              .reversed());
      return merges;
    }
  }
}
