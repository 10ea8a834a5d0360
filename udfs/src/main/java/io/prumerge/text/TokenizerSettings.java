package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the files next to a tokenizer.json say of it, as transformers 4.57.1 reads them: {@code
 * tokenizer_config.json}, and, where that has no {@code added_tokens_decoder}, {@code
 * special_tokens_map.json} before it and {@code added_tokens.json}. The class that it names, or
 * else {@code config.json}, decides what holds where they say nothing.
 */
final class TokenizerSettings {

  static final String FILE = "tokenizer_config.json";

  /** Special tokens of older folders. */
  static final String SPECIALS = "special_tokens_map.json";

  /** Ids of tokens after the vocabulary, of older folders. */
  static final String ADDED = "added_tokens.json";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** No such file needs more. */
  static final long MOST_BYTES = 100_000_000;

  private static final String CLASS = "tokenizer_class";
  private static final String TYPE = "model_type";
  private static final String DECODER = "added_tokens_decoder";
  private static final String LLAMA = "LlamaTokenizer";
  private static final String CLIP = "CLIPTokenizer";
  private static final String BERT = "BertTokenizer";
  private static final String ADDITIONAL = "additional_special_tokens";
  private static final String EXTRA = "extra_special_tokens";
  private static final String PREFIX_SPACE = "add_prefix_space";

  private static final List<String> NAMED =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** By {@code model_type} of config.json, of text encoders. */
  private static final Map<String, String> CLASSES = Map.of("bert", BERT, "clip", CLIP);

  private static final String END = "<|endoftext|>";

  /** Special tokens of the classes where a folder names none. */
  private static final Map<String, Map<String, String>> DEFAULTS =
      Map.of(
          LLAMA,
          Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>"),
          "GPT2Tokenizer",
          Map.of("bos_token", END, "eos_token", END, "unk_token", END),
          BytePairJson.CLASS,
          Map.of("eos_token", END, "unk_token", END, "pad_token", END),
          CLIP,
          Map.of(
              "bos_token", "<|startoftext|>", "eos_token", END, "unk_token", END, "pad_token", END),
          BERT,
          Map.of(
              "unk_token", "[UNK]",
              "sep_token", "[SEP]",
              "pad_token", "[PAD]",
              "cls_token", "[CLS]",
              "mask_token", "[MASK]"));

  /** Given as texts, these have all flags of special tokens in {@link BytePairJson#CLASS}. */
  private static final Set<String> FLAGGED =
      Set.of("bos_token", "eos_token", "unk_token", "pad_token");

  /** BERT's settings of its normalizer, whose file they replace. */
  private static final Map<String, String> BERT_NORMALIZER =
      Map.of(
          "do_lower_case", "lowercase",
          "strip_accents", "strip_accents",
          "tokenize_chinese_chars", "handle_chinese_chars");

  private final String where;
  private final ObjectNode settings;
  private final String kind;
  private final boolean older;
  private final boolean specialsFile;
  private final Optional<JsonNode> addedFile;

  private TokenizerSettings(
      String where,
      ObjectNode settings,
      String kind,
      boolean older,
      boolean specialsFile,
      Optional<JsonNode> addedFile) {
    this.where = where;
    this.settings = settings;
    this.kind = kind;
    this.older = older;
    this.specialsFile = specialsFile;
    this.addedFile = addedFile;
  }

  /**
   * Reads a folder's files.
   *
   * @param classes the tokenizer's class by {@code model_type} of config.json, which counts where
   *     no file names one; Llama's for all others
   * @throws TokenizerException if one is no JSON object
   */
  static TokenizerSettings read(Path folder, Map<String, String> classes) {
    Path file = folder.resolve(FILE);
    Optional<JsonNode> stated = json(file);
    ObjectNode settings = stated.map(json -> (ObjectNode) json).orElseGet(MAPPER::createObjectNode);
    boolean older = !settings.has(DECODER);
    Optional<JsonNode> specials = older ? json(folder.resolve(SPECIALS)) : Optional.empty();
    specials.ifPresent(json -> overlay(settings, json));
    return new TokenizerSettings(
        file.toString(),
        settings,
        kind(folder, settings, stated.isPresent(), classes),
        older,
        specials.isPresent(),
        older ? json(folder.resolve(ADDED)) : Optional.empty());
  }

  /** Returns a file's object; empty if there is no such file. */
  static Optional<JsonNode> json(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw new TokenizerException(
            Text.format("Cannot use %s: it has %d bytes, %d at most", file, bytes, MOST_BYTES));
      }
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (!json.isObject()) {
        throw new TokenizerException("Cannot use " + file + ": no JSON object");
      }
      return Optional.of(json);
    } catch (IOException e) {
      throw new TokenizerException("Cannot read " + file + ": " + CauseText.of(e), e);
    }
  }

  private static void overlay(ObjectNode settings, JsonNode specials) {
    specials
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (entry.getKey().equals(ADDITIONAL) && value.isArray()) {
                ArrayNode all = MAPPER.createArrayNode();
                settings.path(ADDITIONAL).forEach(all::add);
                value.forEach(token -> all.add(special(token)));
                settings.set(ADDITIONAL, all);
              } else {
                settings.set(entry.getKey(), special(value));
              }
            });
  }

  private static JsonNode special(JsonNode token) {
    return token instanceof ObjectNode object ? object.deepCopy().put("special", true) : token;
  }

  /** Returns the tokenizer's class, as the slow one is called; empty if nothing says it. */
  private static String kind(
      Path folder, JsonNode settings, boolean stated, Map<String, String> classes) {
    String named = settings.path(CLASS).asText("");
    if (named.isEmpty() || settings.path(CLASS).isNull()) {
      JsonNode config = json(folder.resolve("config.json")).orElse(MissingNode.getInstance());
      named =
          config.path(CLASS).isTextual()
              ? config.path(CLASS).textValue()
              : absent(config.path(TYPE).asText(), stated || config.has(TYPE), classes);
    }
    return named.endsWith("Fast") ? named.substring(0, named.length() - 4) : named;
  }

  private static String absent(String type, boolean known, Map<String, String> classes) {
    String others = known ? LLAMA : "";
    return classes.getOrDefault(type, CLASSES.getOrDefault(type, others));
  }

  /** Returns added_tokens.json where it counts. */
  Optional<JsonNode> older() {
    return addedFile;
  }

  /** Returns whether it is Llama's, which puts other tokens around a text than the file. */
  boolean isLlama() {
    return kind.equals(LLAMA) && !whole();
  }

  // transformers 5 writes into tokenizer.json what the classes changed, and this key in addition.
  private boolean whole() {
    return settings.has("backend");
  }

  /** Returns a flag as Python takes it: null, 0 and what is empty are false. */
  boolean flag(String key, boolean absent) {
    JsonNode value = settings.path(key);
    if (value.isMissingNode()) {
      return absent;
    }
    return value.isTextual() && !value.textValue().isEmpty()
        || value.isContainerNode() && !value.isEmpty()
        || value.isNumber() && value.doubleValue() != 0
        || value.booleanValue();
  }

  /** Returns a special token's text; empty where it is null, or the class has none. */
  Optional<String> token(String key) {
    JsonNode value = settings.path(key);
    if (value.isMissingNode()) {
      return Optional.ofNullable(DEFAULTS.getOrDefault(kind, Map.of()).get(key));
    }
    return value.isNull() ? Optional.empty() : Optional.of(text(key, value));
  }

  private String text(String key, JsonNode value) {
    JsonNode text = value.isObject() ? value.path("content") : value;
    if (!text.isTextual()) {
      throw new TokenizerException(
          Text.format("Cannot use %s: %s must be a token's text but is %s", where, key, value));
    }
    return text.textValue();
  }

  /**
   * Returns the added tokens by number: those stated, else those of older files, tokenizer.json's
   * before others of the same number.
   *
   * @param present tokenizer.json's
   */
  SortedMap<Integer, AddedToken> decoder(JsonNode present) {
    SortedMap<Integer, AddedToken> tokens = new TreeMap<>();
    if (older) {
      addedFile.ifPresent(
          file ->
              file.properties()
                  .forEach(entry -> tokens.put(entry.getValue().asInt(), older(entry.getKey()))));
      present.forEach(token -> tokens.put(token.path("id").asInt(), AddedToken.of(token)));
    } else {
      settings
          .path(DECODER)
          .properties()
          .forEach(entry -> tokens.put(number(entry.getKey()), token(entry.getValue())));
    }
    return tokens;
  }

  private AddedToken older(String content) {
    boolean special =
        NAMED.stream().anyMatch(key -> settings.has(key) && token(key).equals(Optional.of(content)))
            || texts(ADDITIONAL).contains(content);
    return new AddedToken(content, false, false, false, Optional.of(!special), special);
  }

  private List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    settings.path(key).forEach(token -> texts.add(text(key, token)));
    return texts;
  }

  /** Returns the tokens whose flags a special token has that is given as its text. */
  private Map<String, AddedToken> flagged(JsonNode present) {
    Map<String, AddedToken> flagged = new HashMap<>();
    if (older) {
      // As transformers: of added_tokens.json the last one alone, and under another's name.
      List<String> additional = texts(ADDITIONAL);
      addedFile.ifPresent(
          file ->
              file.fieldNames()
                  .forEachRemaining(
                      name -> {
                        if (specialsFile && !additional.isEmpty()) {
                          flagged.put(additional.get(additional.size() - 1), older(name));
                        }
                      }));
      present.forEach(token -> flagged.put(token.path("content").asText(), AddedToken.of(token)));
    } else {
      settings
          .path(DECODER)
          .forEach(token -> flagged.put(token.path("content").asText(), token(token)));
    }
    return flagged;
  }

  private int number(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw new TokenizerException(
          Text.format("Cannot use %s: %s has the key '%s', which is no id", where, DECODER, key),
          e);
    }
  }

  private AddedToken token(JsonNode json) {
    if (!json.path("content").isTextual()) {
      throw new TokenizerException(
          Text.format("Cannot use %s: %s has %s, which is no token", where, DECODER, json));
    }
    return AddedToken.of(json);
  }

  /**
   * Returns the special tokens, in order.
   *
   * @param parts tokenizer.json's, other than its model
   */
  List<SpecialToken> specials(JsonNode parts) {
    Map<String, AddedToken> flagged = flagged(parts.path("added_tokens"));
    List<SpecialToken> specials = new ArrayList<>();
    for (String key : NAMED) {
      JsonNode value = settings.path(key);
      Optional<String> text = token(key);
      if (key.equals("pad_token") && text.isEmpty() && value.isMissingNode()) {
        text = Optional.ofNullable(parts.path("padding").path("pad_token").textValue());
      }
      if (text.isEmpty() || text.get().isEmpty()) {
        continue;
      }
      Optional<AddedToken> token =
          value.isMissingNode() ? Optional.empty() : Optional.ofNullable(flagged.get(text.get()));
      if (token.isEmpty() && value.isObject()) {
        token = Optional.of(AddedToken.of(value));
      }
      if (token.isEmpty() && kind.equals(BytePairJson.CLASS) && FLAGGED.contains(key)) {
        token = Optional.of(AddedToken.special(text.get()));
      }
      addUnseen(
          specials,
          List.of(new SpecialToken(token.map(AddedToken::content).orElse(text.get()), token)));
    }
    addUnseen(specials, all(ADDITIONAL));
    all(EXTRA).forEach(extra -> addUnseen(specials, List.of(extra)));
    return specials;
  }

  // Those of one list are not compared with each other, as in transformers.
  private static void addUnseen(List<SpecialToken> specials, List<SpecialToken> more) {
    Set<String> seen = specials.stream().map(SpecialToken::content).collect(Collectors.toSet());
    more.stream().filter(special -> !seen.contains(special.content())).forEach(specials::add);
  }

  // Extra ones are given by name, or, since transformers 5, in a list.
  private List<SpecialToken> all(String key) {
    List<SpecialToken> all = new ArrayList<>();
    settings
        .path(key)
        .forEach(
            token ->
                all.add(
                    new SpecialToken(
                        text(key, token),
                        token.isObject() ? Optional.of(AddedToken.of(token)) : Optional.empty())));
    return all;
  }

  /**
   * Changes what the class changes in other parts of a tokenizer.json.
   *
   * @param parts all but its model
   * @return whether it did
   */
  boolean change(ObjectNode parts) {
    if (flag("split_special_tokens", false)) {
      throw new TokenizerException(
          "Cannot use "
              + where
              + ": split_special_tokens is true, with which no prompt has a place for an image");
    }
    if (whole()) {
      return false;
    }
    ObjectNode before = parts.deepCopy();
    JsonNode space = settings.path(PREFIX_SPACE);
    if (parts.path("pre_tokenizer") instanceof ObjectNode bytes
        && bytes.path("type").asText().equals("ByteLevel")
        && !kind.equals(LLAMA)
        && !kind.isEmpty()
        && (space.isBoolean() || space.isMissingNode())) {
      bytes.put(PREFIX_SPACE, space.asBoolean(false));
    }
    if (kind.equals(BERT)
        && parts.path("normalizer") instanceof ObjectNode normalizer
        && normalizer.path("type").asText().equals("BertNormalizer")) {
      BERT_NORMALIZER.forEach(
          (key, name) -> {
            JsonNode value = settings.path(key);
            if (!value.isMissingNode()) {
              normalizer.set(name, value);
            } else if (key.equals("strip_accents")) {
              normalizer.putNull(name);
            } else {
              normalizer.put(name, true);
            }
          });
    }
    return !parts.equals(before);
  }
}
