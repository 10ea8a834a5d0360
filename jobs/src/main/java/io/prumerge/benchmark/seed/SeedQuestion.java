package io.prumerge.benchmark.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.PromptParts;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A question of SEED-Bench.
 *
 * @param id the file's own id; one occurs twice
 * @param type see {@link SeedTypes}
 * @param kind {@link SeedTypes#IMAGE} or {@link SeedTypes#VIDEO}
 * @param source name of the image or video
 * @param answer a letter
 * @param where {@code file:line} or the like
 */
record SeedQuestion(
    JsonNode id,
    long type,
    String kind,
    String source,
    String question,
    List<String> options,
    String answer,
    String where) {

  /** Fields and columns of the options, in their order. */
  static final List<String> CHOICES = List.of("choice_a", "choice_b", "choice_c", "choice_d");

  /** LLaVA's folder of images. */
  static final String IMAGES = "SEED-Bench-image";

  /** LLaVA's folder of the middle frames of videos. */
  static final String FRAMES = "SEED-Bench-video-image";

  /** LLaVA's model_vqa_loader. */
  private static final int MAX_NEW_TOKENS = 128;

  SeedQuestion {
    options = List.copyOf(options);
    if (!SeedTypes.contains(type)) {
      throw new DataException(
          String.format(
              Locale.ROOT, "%s: question_type_id must lie in 1..12, it is %d", where, type));
    }
    if (!kind.equals(SeedTypes.IMAGE) && !kind.equals(SeedTypes.VIDEO)) {
      throw new DataException(
          String.format(
              Locale.ROOT, "%s: data_type must be image or video, it is '%s'", where, kind));
    }
    if (!Letters.present(options).contains(answer)) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: the answer must be one of %s, it is '%s'",
              where,
              Letters.present(options),
              answer));
    }
  }

  /** An element of {@code questions} in the official file. */
  static SeedQuestion of(JsonLine line) {
    String source = ImageName.checked(line.text("data_id"), line);
    return new SeedQuestion(
        line.id("question_id"),
        line.id("question_type_id").asLong(),
        line.text("data_type"),
        source,
        line.text("question"),
        CHOICES.stream().map(choice -> line.id(choice).asText()).toList(),
        line.text("answer"),
        line.where());
  }

  /** A row of the Hugging Face table. */
  static SeedQuestion of(HuggingFaceRow row) {
    return new SeedQuestion(
        row.id("question_id"),
        row.integer("question_type_id"),
        row.text("data_type"),
        row.text("data_id"),
        row.text("question"),
        CHOICES.stream().map(row::text).toList(),
        row.text("answer"),
        row.where());
  }

  boolean asksOfVideo() {
    return kind.equals(SeedTypes.VIDEO);
  }

  /** LLaVA's path of the image, or of the frame that its script extracts from the video. */
  String llavaImage() {
    return asksOfVideo()
        ? String.format(Locale.ROOT, "%s/%d_%s.png", FRAMES, type, id.asText())
        : IMAGES + "/" + source;
  }

  PromptParts parts() {
    return PromptParts.choice(question, "", options);
  }

  /**
   * The question in this project's form.
   *
   * @param ours a unique id
   */
  BenchmarkQuestion asked(String ours, Optional<ImagePlace> image, String prompt) {
    return new BenchmarkQuestion(
        ours,
        image,
        prompt,
        question,
        SeedTypes.name(type),
        List.of(answer),
        options,
        OptionalInt.of(MAX_NEW_TOKENS),
        Map.of(BenchmarkQuestion.FILE_ID, id.toString(), BenchmarkQuestion.GROUPS, kind));
  }
}
