package io.prumerge.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A tokenizer's added tokens, which are recognised before a text is split: those of tokenizer.json,
 * and after them those that transformers 4.57.1 adds when it opens the folder ({@code
 * tokenization_utils_base.py}, {@code _from_pretrained}; {@code tokenization_utils_fast.py}, {@code
 * __init__}). These are the tokens of {@code added_tokens_decoder} that are no added tokens of
 * tokenizer.json, or have other flags there, in the order of their numbers; and the special tokens
 * that are none yet. A token keeps its id; one that is not in the vocabulary has the next free one,
 * whatever its number says.
 */
final class AddedTokens {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ADDED = "added_tokens";
  private static final String MODEL = "model";

  private AddedTokens() {}

  /**
   * Returns the text of a folder's tokenizer.json with all that transformers changes in it.
   *
   * @param classes as {@link TokenizerSettings#read} takes them
   */
  static String applied(String tokenizer, Path folder, Map<String, String> classes)
      throws IOException {
    TokenizerSettings settings = TokenizerSettings.read(folder, classes);
    ObjectNode parts = withoutModel(tokenizer);
    Map<String, AddedToken> present = new LinkedHashMap<>();
    for (JsonNode token : parts.path(ADDED)) {
      present.put(token.path("content").asText(), AddedToken.of(token).resolved());
    }
    SortedMap<Integer, AddedToken> stated = settings.decoder(parts.path(ADDED));
    List<AddedToken> more = more(present, stated, settings.specials(parts));
    boolean changed = settings.change(parts);
    if (more.isEmpty() && !changed) {
      return tokenizer;
    }
    if (!(MAPPER.readTree(tokenizer) instanceof ObjectNode whole)) {
      throw new TokenizerException("tokenizer.json holds no JSON object");
    }
    whole.setAll(parts);
    append(whole, more);
    return MAPPER.writeValueAsString(whole);
  }

  /**
   * Returns the tokens to add, in order.
   *
   * @param present of tokenizer.json, by their texts
   * @param stated by number
   */
  private static List<AddedToken> more(
      Map<String, AddedToken> present,
      SortedMap<Integer, AddedToken> stated,
      List<SpecialToken> specials) {
    List<AddedToken> add =
        stated.values().stream().filter(token -> !present.containsValue(token.resolved())).toList();
    List<AddedToken> same = add.stream().map(AddedToken::resolved).toList();
    Set<String> known = new HashSet<>(present.keySet());
    add.forEach(token -> known.add(token.content()));
    Stream<AddedToken> behind =
        specials.stream()
            .filter(
                one ->
                    one.token()
                        .map(token -> !same.contains(token.resolved()))
                        .orElse(!known.contains(one.content())))
            .map(one -> one.token().orElseGet(() -> AddedToken.special(one.content())));
    Set<String> special = specials.stream().map(SpecialToken::content).collect(Collectors.toSet());
    Map<String, AddedToken> now = new LinkedHashMap<>(present);
    List<AddedToken> more = new ArrayList<>();
    Stream.concat(add.stream(), behind)
        .filter(token -> !token.content().isEmpty())
        .map(token -> token.orSpecial(special.contains(token.content())))
        .forEach(
            token -> {
              if (!token.equals(now.put(token.content(), token))) {
                more.add(token);
              }
            });
    return more;
  }

  /** Returns a tokenizer.json's parts other than the model, whose vocabulary is large. */
  private static ObjectNode withoutModel(String tokenizer) throws IOException {
    ObjectNode parts = MAPPER.createObjectNode();
    try (JsonParser parser = MAPPER.createParser(tokenizer)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          if (name.equals(MODEL)) {
            parser.skipChildren();
          } else {
            parts.set(name, parser.readValueAsTree());
          }
        }
      }
    }
    if (parts.has(ADDED) && !parts.get(ADDED).isArray()) {
      throw new TokenizerException(
          "tokenizer.json: " + ADDED + " must be a list but is " + parts.get(ADDED));
    }
    return parts;
  }

  /** Returns a tokenizer.json's added tokens. */
  static JsonNode of(String tokenizer) throws IOException {
    return withoutModel(tokenizer).path(ADDED);
  }

  private static void append(ObjectNode whole, List<AddedToken> more) {
    ArrayNode added = whole.withArray(ADDED);
    JsonNode vocabulary = whole.path(MODEL).path("vocab");
    Map<String, Integer> ids = new LinkedHashMap<>();
    added.forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    Map<String, Integer> inVocabulary = vocabulary(vocabulary, more);
    int next =
        Stream.concat(ids.values().stream().map(id -> id + 1), Stream.of(vocabulary.size()))
            .mapToInt(Integer::intValue)
            .max()
            .orElseThrow();
    for (AddedToken token : more) {
      Integer id = ids.getOrDefault(token.content(), inVocabulary.get(token.content()));
      if (id == null) {
        id = next++;
      }
      ids.put(token.content(), id);
      added
          .addObject()
          .put("id", id)
          .put("content", token.content())
          .put("single_word", token.singleWord())
          .put("lstrip", token.lstrip())
          .put("rstrip", token.rstrip())
          .put("normalized", token.normalized())
          .put("special", token.special());
    }
  }

  // By token, or, of Unigram, a list of tokens with their scores.
  private static Map<String, Integer> vocabulary(JsonNode vocabulary, List<AddedToken> wanted) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    List<String> texts = wanted.stream().map(AddedToken::content).toList();
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        String text = vocabulary.path(id).path(0).asText();
        if (texts.contains(text)) {
          ids.put(text, id);
        }
      }
    } else {
      texts.stream()
          .filter(vocabulary::has)
          .forEach(text -> ids.put(text, vocabulary.get(text).asInt()));
    }
    return ids;
  }
}
