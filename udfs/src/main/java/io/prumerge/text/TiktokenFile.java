package io.prumerge.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The vocabulary of the first Qwen-VL, {@code qwen.tiktoken}: on each line a token's bytes in base
 * 64, and its rank, which is its id. It names no merges: while two neighbours in a text are
 * together a token, those of the lowest rank are merged, the leftmost first. After it come the
 * tokens that QwenLM's {@code tokenization_qwen.py} has by name.
 *
 * <p>A token is only ever merged of the two parts to which its own bytes come by merges of lower
 * rank: before its rank is the lowest, all others between its ends have been done, and they do not
 * depend on what stands next to them. So there is one merge for each token, and they say the same
 * as the ranks.
 */
final class TiktokenFile {

  static final String NAME = "qwen.tiktoken";

  private static final String CLASS = "QWenTokenizer";
  private static final int BYTES = 256;
  private static final long LARGEST = 64L << 20;

  /** The published file's longest token has 128 bytes. */
  private static final int LONGEST = 1024;

  private static final int EXTRAS = 205;

  private final Path file;
  // Each byte a character of the same number.
  private final Map<String, Integer> ranks = new HashMap<>();
  private final List<String> tokens = new ArrayList<>();

  private TiktokenFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the vocabulary of a folder as the tokenizer that Hugging Face's library runs.
   *
   * @throws TokenizerException if it cannot be read, or the tokenizer is another one
   */
  static ObjectNode json(Path folder) {
    TiktokenFile read = new TiktokenFile(folder.resolve(NAME));
    String kind =
        TokenizerSettings.json(folder.resolve(TokenizerSettings.FILE))
            .map(config -> config.path("tokenizer_class").asText())
            .orElse("");
    if (!kind.equals(CLASS)) {
      throw read.refused("tokenizer_class is '%s', and only %s's is read", kind, CLASS);
    }
    try {
      read.tokens();
    } catch (IOException e) {
      throw new TokenizerException(
          Text.format("Cannot load %s: %s", read.file, CauseText.of(e)), e);
    }
    return read.json();
  }

  private void tokens() throws IOException {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw refused("it has %d bytes, more than %d", size, LARGEST);
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      if (!line.isBlank()) {
        add(line.strip().split("\\s+"), number);
      }
    }
    for (int value = 0; value < BYTES; value++) {
      if (!ranks.containsKey(String.valueOf((char) value))) {
        throw refused("it has no token for the byte %d", value);
      }
    }
  }

  private void add(String[] fields, int line) {
    if (fields.length != 2) {
      throw refused("line %d is not a token in base 64 and its rank", line);
    }
    String token;
    try {
      token = new String(Base64.getDecoder().decode(fields[0]), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw refused("line %d: '%s' is not base 64", line, shortened(fields[0]));
    }
    if (token.isEmpty() || token.length() > LONGEST) {
      throw refused("line %d: a token has 1 to %d bytes, not %d", line, LONGEST, token.length());
    }
    if (!fields[1].equals(Integer.toString(tokens.size()))) {
      throw refused(
          "line %d has the rank %s; ranks are 0, 1, 2 and so on, and here it is %d",
          line, shortened(fields[1]), tokens.size());
    }
    if (ranks.put(token, tokens.size()) != null) {
      throw refused("line %d: the token is in the file twice", line);
    }
    tokens.add(token);
  }

  private ObjectNode json() {
    ArrayNode merges = JsonNodeFactory.instance.arrayNode();
    ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
    for (int rank = 0; rank < tokens.size(); rank++) {
      vocabulary.put(visible(tokens.get(rank)), rank);
      parts(rank)
          .ifPresent(pair -> merges.addArray().add(visible(pair.get(0))).add(visible(pair.get(1))));
    }
    ObjectNode json = BytePairJson.whole(vocabulary, merges, true);
    ArrayNode added = json.putArray("added_tokens");
    int id = tokens.size();
    for (String name : specials()) {
      // Looked for after the normalization of the whole text, as the authors do.
      SentencePieceJson.addToken(added, id++, name, true).put("normalized", true);
    }
    return json;
  }

  private static List<String> specials() {
    return Stream.of(
            Stream.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
            IntStream.range(0, EXTRAS).mapToObj(extra -> "<|extra_" + extra + "|>"),
            Stream.of(
                "<ref>",
                "</ref>",
                "<box>",
                "</box>",
                "<quad>",
                "</quad>",
                "<img>",
                "</img>",
                "<imgpad>"))
        .flatMap(names -> names)
        .toList();
  }

  /**
   * Returns the two tokens that a token is merged of; empty for a byte, and for one that no merges
   * lead to, which only stands for a word of the same bytes.
   */
  private Optional<List<String>> parts(int rank) {
    String token = tokens.get(rank);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < token.length(); i++) {
      parts.add(token.substring(i, i + 1));
    }
    while (parts.size() > 2) {
      int best = rank;
      int place = -1;
      for (int i = 0; i + 1 < parts.size(); i++) {
        Integer merged = ranks.get(parts.get(i) + parts.get(i + 1));
        if (merged != null && merged < best) {
          best = merged;
          place = i;
        }
      }
      if (place < 0) {
        return Optional.empty();
      }
      parts.set(place, tokens.get(best));
      parts.remove(place + 1);
    }
    return parts.size() == 2 ? Optional.of(parts) : Optional.empty();
  }

  /** Returns a token's bytes as GPT-2's visible characters (its {@code bytes_to_unicode}). */
  private static String visible(String bytes) {
    StringBuilder text = new StringBuilder();
    bytes.chars().forEach(value -> text.append(VISIBLE[value]));
    return text.toString();
  }

  private static final char[] VISIBLE = visible();

  private static char[] visible() {
    char[] characters = new char[BYTES];
    int others = 0;
    for (int value = 0; value < BYTES; value++) {
      boolean shown =
          value >= '!' && value <= '~'
              || value >= 0xa1 && value <= 0xac
              || value >= 0xae && value <= 0xff;
      characters[value] = (char) (shown ? value : BYTES + others++);
    }
    return characters;
  }

  private static String shortened(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private TokenizerException refused(String problem, Object... values) {
    return new TokenizerException(
        Text.format("Cannot load %s: ", file) + Text.format(problem, values));
  }
}
