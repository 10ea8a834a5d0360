package io.prumerge.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder's tokenizer as the text of a {@code tokenizer.json}, whichever file it is in: that one,
 * or else Llama's {@code tokenizer.model}, BERT's {@code vocab.txt}, the first Qwen's {@code
 * qwen.tiktoken}, or Qwen2's {@code vocab.json} and {@code merges.txt}, with the tokens of {@code
 * added_tokens.json}.
 */
public final class TokenizerFiles {

  private static final String JSON = "tokenizer.json";
  private static final String SENTENCE_PIECE = "tokenizer.model";
  private static final String WORD_PIECES = "vocab.txt";
  static final String BYTE_PAIRS = "vocab.json";
  static final String MERGES = "merges.txt";

  /** The first Qwen's vocabulary. */
  public static final String RANKS = TiktokenFile.NAME;

  /** The ids of tokens after the vocabulary. */
  public static final String ADDED = TokenizerSettings.ADDED;

  private static final List<String> NAMES =
      List.of(
          JSON,
          TokenizerSettings.FILE,
          SENTENCE_PIECE,
          WORD_PIECES,
          TiktokenFile.NAME,
          BYTE_PAIRS,
          MERGES,
          ADDED,
          TokenizerSettings.SPECIALS);

  /** The token that fills up short texts. */
  public static final String PAD = "<pad>";

  static final ObjectMapper MAPPER = new ObjectMapper();

  private TokenizerFiles() {}

  /**
   * Returns the names of a folder's files that its tokenizer may follow from, for hashes of what it
   * depends on. Next to a tokenizer.json, vocab.json and merges.txt are never read.
   */
  public static List<String> in(Path folder) {
    boolean whole = Files.isRegularFile(folder.resolve(JSON));
    return NAMES.stream()
        .filter(name -> !whole || !name.equals(BYTE_PAIRS) && !name.equals(MERGES))
        .filter(name -> Files.isRegularFile(folder.resolve(name)))
        .toList();
  }

  /** Returns whether a folder has a tokenizer. */
  public static boolean isIn(Path folder) {
    return Stream.of(JSON, SENTENCE_PIECE, WORD_PIECES, TiktokenFile.NAME, BYTE_PAIRS)
        .map(folder::resolve)
        .anyMatch(Files::isRegularFile);
  }

  /**
   * Reads the tokenizer of a text encoder, or one whose files name its class.
   *
   * @throws TokenizerException if the folder has none, or it cannot be read
   */
  public static String json(Path folder) {
    return json(folder, Map.of());
  }

  /**
   * Reads the tokenizer, with the flags that tokenizer_config.json states for its added tokens.
   *
   * @param classes the tokenizer's class in transformers, by {@code model_type} of config.json,
   *     where no file names it; Llama's for all others that it does not have
   * @throws TokenizerException if the folder has none, or it cannot be read
   */
  public static String json(Path folder, Map<String, String> classes) {
    Path file = folder.resolve(JSON);
    if (Files.isRegularFile(file)) {
      return flagged(TokenizerJson.read(file), folder, classes);
    }
    Path pieces = folder.resolve(SENTENCE_PIECE);
    if (Files.isRegularFile(pieces)) {
      ObjectNode json = SentencePieceJson.of(SentencePieceModel.read(pieces));
      addTokens(folder, json.withArray("added_tokens"));
      return flagged(text(json), folder, classes);
    }
    Path words = folder.resolve(WORD_PIECES);
    if (Files.isRegularFile(words)) {
      ObjectNode json = WordPieceJson.read(words);
      addTokens(folder, json.withArray("added_tokens"));
      return flagged(text(json), folder, classes);
    }
    if (Files.isRegularFile(folder.resolve(TiktokenFile.NAME))) {
      return text(TiktokenFile.json(folder));
    }
    if (Files.isRegularFile(folder.resolve(BYTE_PAIRS))) {
      return flagged(text(BytePairJson.read(folder)), folder, classes);
    }
    throw new TokenizerException(
        Text.format(
            "Cannot load the tokenizer of %s: it has neither %s nor %s nor %s nor %s nor %s",
            folder, JSON, SENTENCE_PIECE, WORD_PIECES, TiktokenFile.NAME, BYTE_PAIRS));
  }

  /**
   * Returns the id of a token that was added to a folder's tokenizer.
   *
   * @throws TokenizerException if the folder has no tokenizer, or that has no such token
   */
  public static int addedToken(Path folder, String text) {
    return findAddedToken(folder, text)
        .orElseThrow(
            () ->
                new TokenizerException(
                    Text.format(
                        "Cannot use the tokenizer of %s: it has no token %s, which was added for"
                            + " the model",
                        folder, text)));
  }

  /** Finds an added token's id; empty if the folder's tokenizer has no such token. */
  public static OptionalInt findAddedToken(Path folder, String text) {
    try {
      for (JsonNode token : AddedTokens.of(json(folder))) {
        if (token.path("content").asText().equals(text)) {
          return OptionalInt.of(token.path("id").asInt());
        }
      }
      return OptionalInt.empty();
    } catch (IOException e) {
      throw new TokenizerException(
          Text.format("Cannot use the tokenizer of %s: %s", folder, e.getMessage()), e);
    }
  }

  private static String flagged(String json, Path folder, Map<String, String> classes) {
    try {
      return AddedTokens.applied(json, folder, classes);
    } catch (IOException e) {
      throw new TokenizerException(
          Text.format("Cannot use the tokenizer of %s: %s", folder, e.getMessage()), e);
    }
  }

  /**
   * Reads the tokenizer and adds two special tokens after its last one: {@code <image>} and {@code
   * <pad>}, as transformers' conversion of original checkpoints does.
   *
   * @param imageTokenId the first id after the vocabulary
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
            Text.format(
                "Cannot add the image's token to the tokenizer of %s: it has %d tokens, but"
                    + " config.json's vocab_size is %d",
                folder, size, imageTokenId));
      }
      SentencePieceJson.addToken(added, size, ConversationTemplate.IMAGE_TOKEN, true);
      SentencePieceJson.addToken(added, size + 1, PAD, true);
      return text(tokenizer);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          "Cannot use the tokenizer of " + folder + ": " + CauseText.ofSyntax(e), e);
    }
  }

  /**
   * Returns the number of ids of a folder's tokenizer, which is the first id after them.
   *
   * @throws TokenizerException if the folder has none, or it cannot be read
   */
  public static int tokens(Path folder) {
    try {
      JsonNode json = MAPPER.readTree(json(folder));
      return size(json.path("model").path("vocab"), json.path("added_tokens"));
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          "Cannot use the tokenizer of " + folder + ": " + CauseText.ofSyntax(e), e);
    }
  }

  // Spaces next to them vanish, as in the releases of transformers that wrote such files (4.28,
  // tokenization_utils.py, tokenize).
  static void addTokens(Path folder, ArrayNode tokens) {
    SortedMap<Integer, String> byId = new TreeMap<>();
    TokenizerSettings.read(folder, Map.of())
        .older()
        .ifPresent(
            added ->
                added
                    .properties()
                    .forEach(token -> byId.put(token.getValue().asInt(-1), token.getKey())));
    byId.forEach(
        (id, text) -> {
          ObjectNode token = SentencePieceJson.addToken(tokens, id, text, true);
          token.put("lstrip", true).put("rstrip", true);
        });
  }

  /** Returns the number of ids, which are 0 to the size - 1. */
  private static int size(JsonNode vocabulary, JsonNode added) {
    int last = -1;
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      last = Math.max(last, token.getValue().asInt(-1));
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

  /**
   * Reads a {@code tokenizer.json} and checks it before the native library does. On an error under
   * the key {@code decoder} the library ends the whole process (tokenizers 0.21.4, decoders/mod.rs:
   * {@code expect("Helper")}). So the file must be valid JSON, and must hold nothing else that the
   * library's parser, serde_json, refuses.
   */
  private static final class TokenizerJson {

    /** Deepest nesting. serde_json fails at 128; real files have about 6. */
    private static final int DEEPEST = 100;

    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private TokenizerJson() {}

    /**
     * Reads and checks a file.
     *
     * @throws TokenizerException if the file cannot be read or is not valid; names the line
     */
    static String read(Path file) {
      try {
        long bytes = Files.size(file);
        if (bytes > TokenizerSettings.MOST_BYTES) {
          throw new TokenizerException(
              Text.format(
                  "Cannot load %s: it has %d bytes, more than %d",
                  file, bytes, TokenizerSettings.MOST_BYTES));
        }
        String json = Files.readString(file);
        try (JsonParser parser = FACTORY.createParser(json)) {
          check(parser, file);
        }
        return json;
      } catch (IOException e) {
        throw new TokenizerException(Text.format("Cannot load %s: %s", file, CauseText.of(e)), e);
      }
    }

    private static void check(JsonParser parser, Path file) throws IOException {
      CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
      String problem = "";
      try {
        while (problem.isEmpty() && parser.nextToken() != null) {
          problem = problem(parser, encoder);
        }
      } catch (JsonProcessingException e) {
        problem = CauseText.ofSyntax(e);
      }
      if (!problem.isEmpty()) {
        throw new TokenizerException(
            Text.format(
                "Cannot load %s: line %d: %s",
                file, parser.currentLocation().getLineNr(), problem));
      }
    }

    /**
     * Returns a fault of this token that Jackson accepts and serde_json refuses; empty if there is
     * none.
     */
    private static String problem(JsonParser parser, CharsetEncoder encoder) throws IOException {
      JsonToken token = parser.currentToken();
      if (token.isNumeric() && Double.isInfinite(Double.parseDouble(parser.getText()))) {
        return "a number is too large";
      }
      boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
      return text && !encoder.canEncode(parser.getText()) ? "a text holds half a character" : "";
    }
  }

  /**
   * Writes BERT's {@code vocab.txt} as the {@code tokenizer.json} that transformers makes of it, as
   * for the uncased BERT: the pieces lower-cased and without accents, {@code [CLS]} before a text
   * and {@code [SEP]} after it. Source: transformers 4.57.1, {@code convert_slow_tokenizer.py},
   * BertConverter; {@code models/bert/tokenization_bert.py}, load_vocab.
   */
  private static final class WordPieceJson {

    private static final String UNKNOWN = "[UNK]";
    private static final String BEGIN = "[CLS]";
    private static final String END = "[SEP]";
    private static final List<String> SPECIAL = List.of("[PAD]", UNKNOWN, BEGIN, END, "[MASK]");

    private WordPieceJson() {}

    /**
     * Reads a vocabulary, a piece on each line.
     *
     * @throws TokenizerException if it cannot be read or lacks a special token
     */
    static ObjectNode read(Path file) {
      List<String> pieces;
      try {
        pieces = Files.readAllLines(file);
      } catch (IOException e) {
        throw new TokenizerException(Text.format("Cannot load %s: %s", file, e.getMessage()), e);
      }
      if (!pieces.containsAll(SPECIAL)) {
        throw new TokenizerException(
            Text.format(
                "Cannot load %s: it must have all of %s", file, String.join(", ", SPECIAL)));
      }
      ObjectNode json = MAPPER.createObjectNode();
      json.put("version", "1.0").putNull("truncation").putNull("padding");
      ArrayNode added = json.putArray("added_tokens");
      SPECIAL.forEach(
          token -> SentencePieceJson.addToken(added, pieces.indexOf(token), token, true));
      json.putObject("normalizer")
          .put("type", "BertNormalizer")
          .put("clean_text", true)
          .put("handle_chinese_chars", true)
          .putNull("strip_accents")
          .put("lowercase", true);
      json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
      json.putObject("post_processor")
          .put("type", "BertProcessing")
          .<ObjectNode>set("sep", token(END, pieces))
          .set("cls", token(BEGIN, pieces));
      json.putNull("decoder");
      ObjectNode model = json.putObject("model").put("type", "WordPiece");
      model.put("unk_token", UNKNOWN).put("continuing_subword_prefix", "##");
      ObjectNode vocabulary = model.put("max_input_chars_per_word", 100).putObject("vocab");
      for (int id = 0; id < pieces.size(); id++) {
        vocabulary.put(pieces.get(id), id);
      }
      return json;
    }

    private static ArrayNode token(String text, List<String> pieces) {
      return MAPPER.createArrayNode().add(text).add(pieces.indexOf(text));
    }
  }
}
