package io.prumerge.mini;

import java.util.Map;

/** A line of LLaVA's question files. */
final class LlavaQuestionLine {

  private LlavaQuestionLine() {}

  /**
   * @param id an integer or a string, as in the benchmark
   * @param image path below the image folder
   * @param text the question with its suffix
   */
  static Map<String, Object> line(Object id, String image, String text, String category) {
    return JsonFields.of("question_id", id)
        .and("image", image)
        .and("text", text)
        .and("category", category)
        .map();
  }
}
