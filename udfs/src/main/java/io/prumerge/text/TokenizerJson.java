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

/**
 * The text of a {@code tokenizer.json} that the native library reads to its end. Where it cannot
 * below the key {@code decoder}, it ends the whole process (tokenizers 0.21.4, decoders/mod.rs:
 * {@code expect("Helper")}), so that JSON has to be sound before it gets there: by the grammar, and
 * by what the library's parser, serde_json, refuses beyond it.
 */
final class TokenizerJson {

  /** serde_json gives up at 128, real files have about 6. */
  private static final int DEEPEST = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private TokenizerJson() {}

  /**
   * Reads and checks a file.
   *
   * @throws TokenizerException saying where it is not what it should be
   */
  static String read(Path file) {
    try {
      String json = Files.readString(file);
      try (JsonParser parser = FACTORY.createParser(json)) {
        check(parser, file);
      }
      return json;
    } catch (IOException e) {
      throw new TokenizerException("Cannot load %s: %s".formatted(file, e), e);
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
          "Cannot load %s: line %d: %s"
              .formatted(file, parser.currentLocation().getLineNr(), problem));
    }
  }

  /** What Jackson takes and serde_json does not; empty where there is nothing of it. */
  private static String problem(JsonParser parser, CharsetEncoder encoder) throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isNumeric() && Double.isInfinite(Double.parseDouble(parser.getText()))) {
      return "a number is too large";
    }
    boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
    return text && !encoder.canEncode(parser.getText()) ? "a text holds half a character" : "";
  }
}
