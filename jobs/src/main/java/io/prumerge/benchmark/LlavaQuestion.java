package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;

/**
 * A line of LLaVA's question files: {@code question_id}, {@code image}, and {@code text} with the
 * prompt.
 *
 * @param id keeps its JSON type
 * @param prompt the user's text by the profile
 * @param question the bare question
 */
public record LlavaQuestion(JsonNode id, ImagePlace image, String prompt, String question) {

  /**
   * Reads a line.
   *
   * @param benchmark the benchmark's {@link Benchmark#name()}
   * @throws io.prumerge.source.DataException if a field is missing, or the image's name leads out
   *     of its folder
   */
  public static LlavaQuestion of(JsonLine line, String benchmark, PromptProfile prompts) {
    JsonNode id = line.id("question_id");
    String text = line.text("text");
    String question = PromptProfile.question(benchmark, text);
    return new LlavaQuestion(
        id,
        new ImagePlace.InFolder(ImageName.checked(line.text("image"), line)),
        prompts.prompt(benchmark, PromptParts.of(question), text),
        question);
  }
}
