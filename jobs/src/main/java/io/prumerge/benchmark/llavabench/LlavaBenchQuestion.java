package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.source.ImagePlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One question of LLaVA-Bench.
 *
 * @param id the file's own id
 * @param caption description of the image that the reference was given; only a judge needs it
 * @param answer the reference's answer; only a judge needs it
 */
record LlavaBenchQuestion(
    JsonNode id,
    Optional<ImagePlace> image,
    String question,
    String category,
    Optional<String> caption,
    Optional<String> answer) {

  /** Key in {@link BenchmarkQuestion#extra} of the caption. */
  static final String CAPTION = "caption";

  static final List<String> CATEGORIES = List.of("complex", "conv", "detail");

  /** LLaVA's model_vqa. */
  private static final int MAX_NEW_TOKENS = 1024;

  BenchmarkQuestion asked(String prompt) {
    Map<String, String> extra = new HashMap<>();
    extra.put(BenchmarkQuestion.FILE_ID, id.toString());
    caption.ifPresent(text -> extra.put(CAPTION, text));
    return new BenchmarkQuestion(
        id.asText(),
        image,
        prompt,
        question,
        category,
        answer.stream().toList(),
        List.of(),
        OptionalInt.of(MAX_NEW_TOKENS),
        extra);
  }
}
