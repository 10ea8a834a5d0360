package io.prumerge.benchmark.caption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Captions that the evaluators' own code was run on: pycocoevalcap ad63453. */
final class CaptionVectors {

  private CaptionVectors() {}

  static JsonNode read(String name) throws IOException {
    try (InputStream in =
        CaptionVectors.class.getResourceAsStream("/goldens/captions/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  /**
   * Returns the tokens of a caption, made by PTBTokenizer's rules or by its single blanks alone.
   */
  static List<String> tokens(String caption, boolean ptb) {
    return ptb ? PtbTokens.of(caption) : List.of(caption.split(" ", -1));
  }

  static List<List<String>> tokens(JsonNode captions, boolean ptb) {
    List<List<String>> all = new ArrayList<>();
    captions.forEach(caption -> all.add(tokens(caption.textValue(), ptb)));
    return all;
  }
}
