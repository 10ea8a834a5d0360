package io.prumerge.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads a {@code tokenizer.json} and checks it before the native library does. On an error under
 * the key {@code decoder} the library ends the whole process (tokenizers 0.21.4, decoders/mod.rs:
 * {@code expect("Helper")}). So the file must be valid JSON, and must hold nothing else that the
 * library's parser, serde_json, refuses.
 */
final class TokenizerJson {

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
      String json = Files.readString(file);
      try (JsonParser parser = FACTORY.createParser(json)) {
        check(parser, file);
      }
      return json;
    } catch (IOException e) {
      throw new TokenizerException(String.format(Locale.ROOT, "Cannot load %s: %s", file, e), e);
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
      problem = e.getOriginalMessage();
    }
    if (!problem.isEmpty()) {
      throw new TokenizerException(
          String.format(
              Locale.ROOT,
              "Cannot load %s: line %d: %s",
              file,
              parser.currentLocation().getLineNr(),
              problem));
    }
  }

  /** A fault of this token that Jackson accepts and serde_json refuses; empty if there is none. */
  private static String problem(JsonParser parser, CharsetEncoder encoder) throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isNumeric() && Double.isInfinite(Double.parseDouble(parser.getText()))) {
      return "a number is too large";
    }
    boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
    return text && !encoder.canEncode(parser.getText()) ? "a text holds half a character" : "";
  }
}
