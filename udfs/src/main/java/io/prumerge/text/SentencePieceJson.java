package io.prumerge.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a SentencePiece model as the {@code tokenizer.json} that transformers makes of it, in the
 * legacy form: every text between special tokens gets a space in front. Source: transformers
 * 4.57.1, {@code convert_slow_tokenizer.py}, LlamaConverter and generate_merges; {@code
 * models/llama/tokenization_llama_fast.py}.
 */
final class SentencePieceJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SPACE = "▁";
  private static final String BEGIN = "<s>";

  /** A pair of pieces that are merged into one. */
  private record Merge(String left, String right, float score) {
    int leftLength() {
      return left.codePointCount(0, left.length());
    }

    int rightLength() {
      return right.codePointCount(0, right.length());
    }
  }

  private SentencePieceJson() {}

  static ObjectNode of(SentencePieceModel model) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    addedTokens(model, json.putArray("added_tokens"));
    ObjectNode normalizer = json.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    replace(steps.addObject(), " ", SPACE);
    json.putNull("pre_tokenizer");
    postProcessor(json.putObject("post_processor"));
    decoder(json.putObject("decoder"));
    bytePairs(model, json.putObject("model"));
    return json;
  }

  /** Returns one added token; special tokens are left out of decoded text. */
  static ObjectNode addToken(ArrayNode tokens, int id, String text, boolean special) {
    return tokens
        .addObject()
        .put("id", id)
        .put("content", text)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  private static void addedTokens(SentencePieceModel model, ArrayNode tokens) {
    for (int id = 0; id < model.pieces().size(); id++) {
      Piece piece = model.pieces().get(id);
      boolean special = piece.kind() == Piece.UNKNOWN || piece.kind() == Piece.CONTROL;
      if (special || piece.kind() == Piece.USER_DEFINED) {
        addToken(tokens, id, piece.text(), special);
      }
    }
  }

  private static void replace(ObjectNode step, String pattern, String content) {
    step.put("type", "Replace").putObject("pattern").put("String", pattern);
    step.put("content", content);
  }

  private static void postProcessor(ObjectNode processor) {
    processor.put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    special(single, 0);
    sequence(single, "A", 0);
    ArrayNode pair = processor.putArray("pair");
    special(pair, 0);
    sequence(pair, "A", 0);
    special(pair, 1);
    sequence(pair, "B", 1);
    ObjectNode begin = processor.putObject("special_tokens").putObject(BEGIN).put("id", BEGIN);
    begin.putArray("ids").add(1);
    begin.putArray("tokens").add(BEGIN);
  }

  private static void special(ArrayNode template, int type) {
    template.addObject().putObject("SpecialToken").put("id", BEGIN).put("type_id", type);
  }

  private static void sequence(ArrayNode template, String name, int type) {
    template.addObject().putObject("Sequence").put("id", name).put("type_id", type);
  }

  private static void decoder(ObjectNode decoder) {
    ArrayNode steps = decoder.put("type", "Sequence").putArray("decoders");
    replace(steps.addObject(), SPACE, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
  }

  private static void bytePairs(SentencePieceModel model, ObjectNode json) {
    json.put("type", "BPE").putNull("dropout");
    json.put("unk_token", model.pieces().get(0).text());
    json.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    json.put("fuse_unk", true).put("byte_fallback", true);
    Map<String, Integer> ids = new LinkedHashMap<>();
    ObjectNode vocabulary = json.putObject("vocab");
    for (int id = 0; id < model.pieces().size(); id++) {
      ids.put(model.pieces().get(id).text(), id);
      vocabulary.put(model.pieces().get(id).text(), id);
    }
    ArrayNode merges = json.putArray("merges");
    for (Merge merge : merges(model, ids)) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
  }

  /** Returns all pairs of pieces that make a piece, the highest score first. */
  private static List<Merge> merges(SentencePieceModel model, Map<String, Integer> ids) {
    Comparator<Merge> byIds =
        Comparator.<Merge>comparingInt(merge -> ids.get(merge.left()))
            .thenComparingInt(merge -> ids.get(merge.right()));
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      List<Merge> ways = new ArrayList<>();
      String text = piece.text();
      for (int end = 0; end < text.length(); end = text.offsetByCodePoints(end, 1)) {
        Merge way = new Merge(text.substring(0, end), text.substring(end), piece.score());
        if (ids.containsKey(way.left()) && ids.containsKey(way.right())) {
          ways.add(way);
        }
      }
      ways.sort(byIds);
      merges.addAll(ways);
    }
    // Stable, as Python's sort in reverse is.
    merges.sort(
        Comparator.<Merge>comparingDouble(Merge::score)
            .thenComparingInt(Merge::leftLength)
            .thenComparingInt(Merge::rightLength)
            .reversed());
    return merges;
  }
}
