package io.prumerge.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses what ends the whole process in Hugging Face's library (tokenizers 0.21.4), which stops
 * instead of reporting: parts of a {@code tokenizer.json} that are not as it expects them, regular
 * expressions of which it would give up half way through a text, and parts that make so much of a
 * text that the machine's memory ends.
 */
final class TokenizerCheck {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SEQUENCE = "Sequence";
  private static final String PREFIX = "continuing_subword_prefix";
  private static final String TEMPLATE = "TemplateProcessing";
  private static final String ADDED = "added_tokens";

  /** Bytes of a text of the model's settings, as it stands for an unknown character. */
  private static final int MOST_OF_SETTING = 64;

  /** The parts that may be in a list of parts, under the list's name. */
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "normalizer",
          Set.of(
              "BertNormalizer",
              "ByteLevel",
              "Lowercase",
              "NFC",
              "NFD",
              "NFKC",
              "NFKD",
              "Nmt",
              "Prepend",
              "Replace",
              SEQUENCE,
              "Strip",
              "StripAccents"),
          "pre_tokenizer",
          Set.of(
              "BertPreTokenizer",
              "ByteLevel",
              "CharDelimiterSplit",
              "Digits",
              "Metaspace",
              "Punctuation",
              SEQUENCE,
              "Split",
              "UnicodeScripts",
              "Whitespace",
              "WhitespaceSplit"),
          "post_processor",
          Set.of("BertProcessing", "ByteLevel", "RobertaProcessing", SEQUENCE, TEMPLATE),
          "decoder",
          Set.of(
              "BPEDecoder",
              "ByteFallback",
              "ByteLevel",
              "CTC",
              "Fuse",
              "Metaspace",
              "Replace",
              SEQUENCE,
              "Strip",
              "WordPiece"),
          "model",
          Set.of("BPE", "Unigram", "WordLevel", "WordPiece"));

  private static final List<String> LISTS =
      List.of("normalizers", "pretokenizers", "processors", "decoders");

  /** What a decoder needs: an error there is no error, but the end. */
  private static final Map<String, Map<String, Kind>> DECODERS =
      Map.of(
          "BPEDecoder",
          Map.of("suffix", Kind.TEXT),
          "ByteFallback",
          Map.of(),
          "ByteLevel",
          Map.of("add_prefix_space", Kind.FLAG, "trim_offsets", Kind.FLAG),
          "CTC",
          Map.of("pad_token", Kind.TEXT, "word_delimiter_token", Kind.TEXT, "cleanup", Kind.FLAG),
          "Fuse",
          Map.of(),
          "Metaspace",
          Map.of("replacement", Kind.CHARACTER),
          "Replace",
          Map.of("pattern", Kind.PATTERN, "content", Kind.TEXT),
          SEQUENCE,
          Map.of("decoders", Kind.LIST),
          "Strip",
          Map.of("content", Kind.CHARACTER, "start", Kind.COUNT, "stop", Kind.NONE),
          "WordPiece",
          Map.of("prefix", Kind.TEXT, "cleanup", Kind.FLAG));

  /** What else a decoder may have. */
  private static final Map<String, Kind> OPTIONAL =
      Map.of(
          "use_regex", Kind.FLAG,
          "split", Kind.FLAG,
          "prepend_scheme", Kind.SCHEME,
          "add_prefix_space", Kind.FLAG,
          "str_rep", Kind.TEXT);

  private static final Set<String> SCHEMES = Set.of("first", "never", "always");

  private enum Kind {
    FLAG,
    TEXT,
    CHARACTER,
    COUNT,
    /** The library takes more characters away than there are. */
    NONE,
    LIST,
    SCHEME,
    PATTERN;

    boolean holds(JsonNode value) {
      return switch (this) {
        case FLAG -> value.isBoolean();
        case TEXT -> value.isTextual();
        case CHARACTER ->
            value.isTextual()
                && value.textValue().codePointCount(0, value.textValue().length()) == 1;
        case COUNT -> value.isInt() && value.intValue() >= 0;
        case NONE -> value.isInt() && value.intValue() == 0;
        case LIST -> value.isArray();
        case SCHEME -> value.isTextual() && SCHEMES.contains(value.textValue());
        case PATTERN ->
            value.size() == 1
                && (value.path("String").isTextual() || value.path("Regex").isTextual());
      };
    }
  }

  private final TextGrowth growth = new TextGrowth();

  private TokenizerCheck() {}

  /**
   * Checks the text of a tokenizer.json.
   *
   * @return the bytes that it makes of one byte of a text, at most
   * @throws TokenizerException naming the part and its value
   */
  static long require(String json) throws IOException {
    TokenizerCheck check = new TokenizerCheck();
    check.read(json);
    check.growth.requireShortTokens();
    return check.growth.ofText();
  }

  private void read(String json) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new TokenizerException("tokenizer.json holds no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("model")) {
          model(parser);
        } else if (KNOWN.containsKey(name)) {
          part(name, name, parser.readValueAsTree());
        } else if (name.equals(ADDED)) {
          tokens(parser);
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  private void part(String section, String where, JsonNode part) {
    if (part == null || part.isNull()) {
      return;
    }
    String type = part.path("type").asText();
    if (!KNOWN.get(section).contains(type)) {
      throw refused(where + ".type", part.path("type"), known(section));
    }
    for (String list : LISTS) {
      int index = 0;
      for (JsonNode element : part.path(list)) {
        String place = where + "." + list + "[" + index++ + "]";
        if (!element.isObject()) {
          throw refused(place, element, "it must be an object");
        }
        part(section, place, element);
      }
    }
    JsonNode exact = part.path("pattern").path("String");
    if (exact.isTextual() && exact.textValue().isEmpty()) {
      throw refused(where + ".pattern.String", exact, "the empty text stands everywhere");
    }
    if (part.path("pattern").has("Regex")) {
      String regex = part.path("pattern").path("Regex").asText();
      SplitPattern.problem(regex)
          .ifPresent(
              problem -> {
                throw new TokenizerException(
                    "tokenizer.json: " + where + ": the pattern '" + regex + "' " + problem);
              });
    }
    if (type.equals(TEMPLATE)) {
      template(where, part);
    }
    if (section.equals("decoder")) {
      decoder(where, type, part);
    }
    growth.add(section, where, type, part);
  }

  private static void decoder(String where, String type, JsonNode part) {
    DECODERS.get(type).forEach((key, kind) -> require(where + "." + key, kind, part.path(key)));
    OPTIONAL.forEach(
        (key, kind) -> {
          if (part.has(key)) {
            require(where + "." + key, kind, part.get(key));
          }
        });
  }

  private static void require(String where, Kind kind, JsonNode value) {
    if (!kind.holds(value)) {
      throw refused(where, value, "which is not what such a decoder needs");
    }
  }

  // Both are looked up without a question.
  private static void template(String where, JsonNode part) {
    Set<String> given = new HashSet<>();
    part.path("special_tokens").fieldNames().forEachRemaining(given::add);
    for (JsonNode piece : part.path("single")) {
      if (piece.path("Sequence").path("id").asText().equals("B")) {
        throw refused(where + ".single", piece, "one text has no second part");
      }
    }
    for (String list : List.of("single", "pair")) {
      for (JsonNode piece : part.path(list)) {
        JsonNode special = piece.path("SpecialToken").path("id");
        if (!special.isMissingNode() && !given.contains(special.asText())) {
          throw refused(where + "." + list, special, "special_tokens does not have it");
        }
      }
    }
  }

  private void model(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new TokenizerException("tokenizer.json: model is no object");
    }
    ObjectNode settings = MAPPER.createObjectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken().isStructStart()) { // vocabulary and merges are large
        settings.put(name, true);
        tokens(parser);
      } else {
        settings.set(name, parser.readValueAsTree());
        String text = settings.get(name).asText();
        if (TextGrowth.bytes(text) > MOST_OF_SETTING) {
          throw refused(
              "model." + name, settings.get(name), MOST_OF_SETTING + " bytes at most are read");
        }
      }
    }
    JsonNode type = settings.path("type");
    if (!type.isMissingNode() && !KNOWN.get("model").contains(type.asText())) {
      throw refused("model.type", type, known("model"));
    }
    JsonNode prefix = settings.path(PREFIX);
    if (settings.has("merges") && !prefix.asText("").isEmpty() && !prefix.isNull()) {
      throw refused("model." + PREFIX, prefix, "byte pairs without one are read");
    }
  }

  // All texts of a list or an object: names of its fields, and values.
  private void tokens(JsonParser parser) throws IOException {
    int depth = 0;
    do {
      JsonToken at = parser.currentToken();
      depth += at.isStructStart() ? 1 : at.isStructEnd() ? -1 : 0;
      if (at == JsonToken.FIELD_NAME || at == JsonToken.VALUE_STRING) {
        growth.addToken(parser.getText());
      }
    } while (depth > 0 && parser.nextToken() != null);
  }

  private static String known(String section) {
    return "known: " + String.join(", ", new TreeSet<>(KNOWN.get(section)));
  }

  private static TokenizerException refused(String where, JsonNode value, String problem) {
    return new TokenizerException(
        "tokenizer.json: "
            + where
            + " is "
            + (value.isMissingNode() ? "missing" : value)
            + "; "
            + problem);
  }
}
