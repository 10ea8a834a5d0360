package io.prumerge.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder's tokenizer as the text of a {@code tokenizer.json}, whichever file it is in: that one,
 * or else Llama's {@code tokenizer.model}, or BERT's {@code vocab.txt}, with the tokens of {@code
 * added_tokens.json}.
 */
public final class TokenizerFiles {

  private static final String JSON = "tokenizer.json";
  private static final String SENTENCE_PIECE = "tokenizer.model";
  private static final String WORD_PIECES = "vocab.txt";

  /** The ids of tokens behind the vocabulary. */
  public static final String ADDED = "added_tokens.json";

  /** All files of a folder that a tokenizer may be read from, for hashes of what it depends on. */
  public static final List<String> NAMES =
      List.of(JSON, TokenizerConfig.FILE, SENTENCE_PIECE, WORD_PIECES, ADDED);

  /** The token that fills up short texts. */
  public static final String PAD = "<pad>";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TokenizerFiles() {}

  /**
   * Reads the tokenizer, with the flags that tokenizer_config.json states for its added tokens.
   *
   * @throws TokenizerException if the folder has none, or it cannot be read
   */
  public static String json(Path folder) {
    Path file = folder.resolve(JSON);
    if (Files.isRegularFile(file)) {
      return flagged(TokenizerJson.read(file), folder);
    }
    Path pieces = folder.resolve(SENTENCE_PIECE);
    if (Files.isRegularFile(pieces)) {
      ObjectNode json = SentencePieceJson.of(SentencePieceModel.read(pieces));
      addTokens(folder.resolve(ADDED), json.withArray("added_tokens"));
      return text(json);
    }
    Path words = folder.resolve(WORD_PIECES);
    if (Files.isRegularFile(words)) {
      ObjectNode json = WordPieceJson.read(words);
      addTokens(folder.resolve(ADDED), json.withArray("added_tokens"));
      return text(json);
    }
    throw new TokenizerException(
        String.format(
            Locale.ROOT,
            "Cannot load the tokenizer of %s: it has neither %s nor %s nor %s",
            folder,
            JSON,
            SENTENCE_PIECE,
            WORD_PIECES));
  }

  private static String flagged(String json, Path folder) {
    try {
      return AddedTokenFlags.applied(json, folder);
    } catch (IOException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "Cannot use the tokenizer of %s: %s", folder, e.getMessage()),
          e);
    }
  }

  /**
   * Reads the tokenizer and adds two special tokens behind its last one: {@code <image>} and {@code
   * <pad>}, as transformers' conversion of original checkpoints does.
   *
   * @param imageTokenId the first id behind the vocabulary
   * @throws TokenizerException if the tokenizer's own tokens do not end there
   */
  public static String withImageToken(Path folder, int imageTokenId) {
    try {
      JsonNode json = MAPPER.readTree(json(folder));
      if (!(json instanceof ObjectNode tokenizer)) {
        throw new TokenizerException("Cannot use the tokenizer of " + folder + ": no JSON object");
      }
      ArrayNode added =
          tokenizer.get("added_tokens") instanceof ArrayNode tokens
              ? tokens
              : tokenizer.putArray("added_tokens");
      int size = size(tokenizer.path("model").path("vocab"), added);
      if (size != imageTokenId) {
        throw new TokenizerException(
            String.format(
                Locale.ROOT,
                "Cannot add the image's token to the tokenizer of %s: it has %d tokens, but config.json's vocab_size is %d",
                folder,
                size,
                imageTokenId));
      }
      SentencePieceJson.addToken(added, size, ConversationTemplate.IMAGE_TOKEN, true);
      SentencePieceJson.addToken(added, size + 1, PAD, true);
      return text(tokenizer);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          "Cannot use the tokenizer of " + folder + ": " + e.getOriginalMessage(), e);
    }
  }

  // Spaces beside them vanish, as in the releases of transformers that wrote such files (4.28,
  // tokenization_utils.py, tokenize).
  private static void addTokens(Path file, ArrayNode tokens) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try {
      if (!(MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode added)) {
        throw new TokenizerException("Cannot use " + file + ": no JSON object");
      }
      SortedMap<Integer, String> byId = new TreeMap<>();
      added
          .fields()
          .forEachRemaining(token -> byId.put(token.getValue().asInt(-1), token.getKey()));
      byId.forEach(
          (id, text) -> {
            ObjectNode token = SentencePieceJson.addToken(tokens, id, text, true);
            token.put("lstrip", true).put("rstrip", true);
          });
    } catch (IOException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "Cannot load %s: %s", file, e.getMessage()), e);
    }
  }

  /** The ids are 0 to the size - 1. */
  private static int size(JsonNode vocabulary, ArrayNode added) {
    int last = -1;
    for (Iterator<Map.Entry<String, JsonNode>> all = vocabulary.fields(); all.hasNext(); ) {
      last = Math.max(last, all.next().getValue().asInt(-1));
    }
    for (JsonNode token : added) {
      last = Math.max(last, token.path("id").asInt(-1));
    }
    return last + 1;
  }

  private static String text(JsonNode json) {
    try {
      return MAPPER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("A tree can always be written as JSON", e);
    }
  }
}
