package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import java.nio.charset.StandardCharsets;

/**
 * How much longer the parts of a {@code tokenizer.json} can make a text, in bytes of UTF-8. Hugging
 * Face's library (tokenizers 0.21.4) keeps what they make outside Java's heap, so that parts which
 * each double a text would take all of the machine's memory. A part's factor is the most that its
 * code makes of one byte, where a piece of a text has at least one; those of parts one after the
 * other are multiplied. Unicode's are of its FAQ on normalization (Unicode 15, "maximum expansion
 * factor").
 */
final class TextGrowth {

  /** Bytes that normalizer and pre-tokenizer together may make of one. */
  private static final long MOST_OF_TEXT = 1 << 13;

  /** Tokens that the post-processor may make of one. */
  private static final long MOST_OF_TOKENS = 64;

  /** Bytes that the decoder may make of a token of the vocabulary. */
  private static final long MOST_OF_TOKEN = 1 << 16;

  private static final int CANONICAL = 3;
  private static final int COMPATIBLE = 11;
  private static final int LOWER_CASE = 2;
  private static final int SURROUNDED = 2;
  private static final int BYTE_AS_CHARACTER = 2;

  private long text = 1;
  private long tokens = 1;
  private long decoded = 1;
  private long longest = 1;

  /** Returns the bytes that a text's parts make of one of its bytes at most. */
  long ofText() {
    return text;
  }

  /**
   * Adds a part, which stands behind those added before.
   *
   * @param where its place in the file
   * @throws TokenizerException if the parts together make too much of a text
   */
  void add(String section, String where, String type, JsonNode part) {
    switch (section) {
      case "normalizer" -> text = within(where, text * normalized(type, part), MOST_OF_TEXT);
      case "pre_tokenizer" -> text = within(where, text * split(type, part), MOST_OF_TEXT);
      case "post_processor" -> tokens = within(where, tokens * around(type, part), MOST_OF_TOKENS);
      default -> decoded = within(where, decoded * decoded(type, part), MOST_OF_TOKEN);
    }
  }

  /** Adds a token of the vocabulary, or one that is added to it. */
  void addToken(String token) {
    longest = Math.max(longest, bytes(token));
  }

  /**
   * Refuses tokens that the decoder would make too long, after all parts and tokens are added.
   *
   * @throws TokenizerException saying how long
   */
  void requireShortTokens() {
    if (longest * decoded > MOST_OF_TOKEN) {
      throw new TokenizerException(
          Text.format(
              "tokenizer.json: a token of %d bytes, of which decoder can make %d; %d at most are"
                  + " read",
              longest, longest * decoded, MOST_OF_TOKEN));
    }
  }

  private static long within(String where, long times, long most) {
    if (times > most) {
      throw new TokenizerException(
          Text.format(
              "tokenizer.json: %s can make what it gets %d times as long, with the parts before it;"
                  + " %d times at most is read",
              where, times, most));
    }
    return times;
  }

  private static long normalized(String type, JsonNode part) {
    return switch (type) {
      case "NFC", "NFD" -> CANONICAL;
      case "NFKC", "NFKD" -> COMPATIBLE;
      case "Lowercase" -> LOWER_CASE;
      case "BertNormalizer" -> SURROUNDED * CANONICAL * LOWER_CASE;
      case "ByteLevel" -> BYTE_AS_CHARACTER;
      case "Prepend" -> 1 + bytes(part.path("prepend").asText());
      case "Replace" -> replaced(part);
      default -> 1;
    };
  }

  private static long split(String type, JsonNode part) {
    return switch (type) {
      case "ByteLevel" -> BYTE_AS_CHARACTER * (part.path("add_prefix_space").asBoolean() ? 2 : 1);
      case "Metaspace" -> 2 * Math.max(1, bytes(part.path("replacement").asText()));
      default -> 1;
    };
  }

  private static long around(String type, JsonNode part) {
    return switch (type) {
      case "BertProcessing", "RobertaProcessing" -> 3;
      case "TemplateProcessing" -> {
        long tokens = 0;
        for (JsonNode piece : part.path("single")) {
          JsonNode special = piece.path("SpecialToken").path("id");
          tokens +=
              special.isMissingNode()
                  ? 1
                  : part.path("special_tokens").path(special.asText()).path("ids").size();
        }
        yield Math.max(1, tokens);
      }
      default -> 1;
    };
  }

  private static long decoded(String type, JsonNode part) {
    return switch (type) {
      case "Replace" -> replaced(part);
      // An empty suffix or delimiter stands around each character.
      case "BPEDecoder", "CTC" -> 3;
      case "ByteLevel", "WordPiece" -> 2;
      default -> 1;
    };
  }

  // A regular expression matches one byte or more.
  private static long replaced(JsonNode part) {
    long content = bytes(part.path("content").asText());
    long matched = Math.max(1, bytes(part.path("pattern").path("String").asText()));
    return Math.max(1, (content + matched - 1) / matched);
  }

  static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
