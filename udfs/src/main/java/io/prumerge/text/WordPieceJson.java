package io.prumerge.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes BERT's {@code vocab.txt} as the {@code tokenizer.json} that transformers makes of it, as
 * for the uncased BERT: the pieces lower-cased and without accents, {@code [CLS]} before a text and
 * {@code [SEP]} behind it. Source: transformers 4.57.1, {@code convert_slow_tokenizer.py},
 * BertConverter; {@code models/bert/tokenization_bert.py}, load_vocab.
 */
final class WordPieceJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();
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
      throw new TokenizerException(
          String.format(Locale.ROOT, "Cannot load %s: %s", file, e.getMessage()), e);
    }
    if (!pieces.containsAll(SPECIAL)) {
      throw new TokenizerException(
          String.format(
              Locale.ROOT,
              "Cannot load %s: it must have all of %s",
              file,
              String.join(", ", SPECIAL)));
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    SPECIAL.forEach(token -> SentencePieceJson.addToken(added, pieces.indexOf(token), token, true));
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
