package io.prumerge.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of {@code tokenizer_config.json} for a text's first and last token. transformers
 * 4.57.1 opens LLaVA's tokenizer as a Llama tokenizer unless the file names another class. The
 * Llama class replaces the template in tokenizer.json by these settings; other classes, and folders
 * without the file, use the template.
 *
 * @param template source of the special tokens around a text
 * @param addBos whether the begin token comes first
 * @param addEos whether the end token comes last
 * @param bosToken text of the begin token
 * @param eosToken text of the end token
 * @param cleanUp whether decoded text loses the spaces before punctuation
 */
record TokenizerConfig(
    Template template,
    boolean addBos,
    boolean addEos,
    String bosToken,
    String eosToken,
    boolean cleanUp) {

  /** Source of the special tokens around a text. */
  enum Template {
    /** tokenizer.json's post-processor. */
    TOKENIZER_JSON,
    /** add_bos_token and add_eos_token. */
    FLAGS
  }

  static final String FILE = "tokenizer_config.json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static TokenizerConfig read(Path folder) {
    Optional<JsonNode> file = json(folder);
    if (file.isEmpty()) {
      return new TokenizerConfig(Template.TOKENIZER_JSON, false, false, "<s>", "</s>", false);
    }
    JsonNode config = file.get();
    String tokenizerClass = config.path("tokenizer_class").asText("");
    boolean llama = tokenizerClass.isEmpty() || tokenizerClass.startsWith("LlamaTokenizer");
    return new TokenizerConfig(
        llama ? Template.FLAGS : Template.TOKENIZER_JSON,
        llama && config.path("add_bos_token").asBoolean(true),
        llama && config.path("add_eos_token").asBoolean(false),
        token(config.path("bos_token"), "<s>"),
        token(config.path("eos_token"), "</s>"),
        config.path("clean_up_tokenization_spaces").asBoolean(false));
  }

  /** Returns the file as it is; empty if the folder has none. */
  static Optional<JsonNode> json(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readTree(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new TokenizerException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A token is given as its text, or as an object with the text under {@code content}. */
  private static String token(JsonNode token, String fallback) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? text.textValue() : fallback;
  }

  /**
   * How a tokenizer's added tokens match a text: whether they take the spaces beside them, for
   * example. Where {@code added_tokens_decoder} of tokenizer_config.json has a token of
   * tokenizer.json, its flags hold: transformers (4.57.1, {@code tokenization_utils_fast.py}) adds
   * each of those again, under its id.
   */
  static final class AddedTokenFlags {

    private static final String ADDED = "added_tokens";
    private static final List<String> FALSE_IF_ABSENT =
        List.of("lstrip", "rstrip", "single_word", "special");

    private AddedTokenFlags() {}

    /** Returns the text of a folder's tokenizer.json with the flags that hold. */
    static String applied(String tokenizer, Path folder) throws IOException {
      Map<String, ObjectNode> stated = stated(folder);
      boolean differs = false;
      for (JsonNode token : added(tokenizer)) {
        differs |= token instanceof ObjectNode own && !own.equals(flagged(own, stated));
      }
      if (!differs) {
        return tokenizer;
      }
      JsonNode tree = MAPPER.readTree(tokenizer);
      for (JsonNode token : tree.get(ADDED)) {
        if (token instanceof ObjectNode own) {
          own.setAll(flagged(own, stated));
        }
      }
      return MAPPER.writeValueAsString(tree);
    }

    /** Returns the tokens of tokenizer_config.json by their texts. */
    private static Map<String, ObjectNode> stated(Path folder) {
      Map<String, ObjectNode> tokens = new HashMap<>();
      TokenizerConfig.json(folder)
          .ifPresent(
              config -> {
                for (JsonNode token : config.path("added_tokens_decoder")) {
                  if (token instanceof ObjectNode object) {
                    tokens.put(object.path("content").asText(), object);
                  }
                }
              });
      return tokens;
    }

    /** Returns a tokenizer.json's added tokens alone: the vocabulary beside them is large. */
    static JsonNode added(String tokenizer) throws IOException {
      try (JsonParser parser = MAPPER.createParser(tokenizer)) {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(ADDED)) {
              return parser.readValueAsTree();
            }
            parser.skipChildren();
          }
        }
        return MAPPER.createArrayNode();
      }
    }

    private static ObjectNode flagged(ObjectNode token, Map<String, ObjectNode> stated) {
      ObjectNode flags = stated.get(token.path("content").asText());
      ObjectNode flagged = token.deepCopy();
      if (flags != null) {
        FALSE_IF_ABSENT.forEach(flag -> flagged.put(flag, flags.path(flag).asBoolean(false)));
        boolean special = flagged.get("special").booleanValue();
        flagged.put("normalized", flags.path("normalized").asBoolean(!special));
      }
      return flagged;
    }
  }
}
