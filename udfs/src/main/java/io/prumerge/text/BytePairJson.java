package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes Qwen2's {@code vocab.json} and {@code merges.txt} as the {@code tokenizer.json} that
 * transformers makes of them. Source: transformers 4.57.1, {@code convert_slow_tokenizer.py},
 * Qwen2Converter.
 */
final class BytePairJson {

  /** The class of such tokenizers. */
  static final String CLASS = "Qwen2Tokenizer";

  private static final String SPLIT =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String VERSION = "#version:";

  private BytePairJson() {}

  /**
   * Reads a vocabulary and its merges, the best first.
   *
   * @throws TokenizerException if a file cannot be read, or the tokenizer is another one
   */
  static ObjectNode read(Path folder) {
    Path vocabulary = folder.resolve(TokenizerFiles.BYTE_PAIRS);
    String kind =
        TokenizerSettings.json(folder.resolve(TokenizerSettings.FILE))
            .map(config -> config.path("tokenizer_class").asText())
            .orElse("");
    if (!kind.equals(CLASS)) {
      throw new TokenizerException(
          Text.format(
              "Cannot load %s: tokenizer_class is '%s', and without a tokenizer.json only %s's is"
                  + " read",
              vocabulary, kind, CLASS));
    }
    try {
      ArrayNode merges = TokenizerFiles.MAPPER.createArrayNode();
      Files.readAllLines(folder.resolve(TokenizerFiles.MERGES)).stream()
          .filter(line -> !line.isEmpty() && !line.startsWith(VERSION))
          .forEach(merges::add);
      ObjectNode json =
          whole(TokenizerFiles.MAPPER.readTree(Files.readAllBytes(vocabulary)), merges, false);
      TokenizerFiles.addTokens(folder, json.putArray("added_tokens"));
      return json;
    } catch (IOException e) {
      throw new TokenizerException(
          Text.format(
              "Cannot load %s and %s: %s", vocabulary, TokenizerFiles.MERGES, CauseText.of(e)),
          e);
    }
  }

  /**
   * Returns the tokenizer, without added tokens.
   *
   * @param words whether a word that is a token is taken whole, whatever merges lead to
   */
  static ObjectNode whole(JsonNode vocabulary, ArrayNode merges, boolean words) {
    ObjectNode json = TokenizerFiles.MAPPER.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    json.putObject("normalizer").put("type", "NFC");
    ObjectNode split = TokenizerFiles.MAPPER.createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", SPLIT);
    split.put("behavior", "Isolated").put("invert", false);
    json.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(split)
        .add(bytes(false, true, false));
    json.set("post_processor", bytes(true, false, true));
    json.set("decoder", bytes(true, true, true));
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").put("fuse_unk", false);
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("byte_fallback", false).put("ignore_merges", words);
    model.set("vocab", vocabulary);
    model.set("merges", merges);
    return json;
  }

  private static ObjectNode bytes(boolean space, boolean trims, boolean splits) {
    return TokenizerFiles.MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", space)
        .put("trim_offsets", trims)
        .put("use_regex", splits);
  }
}
