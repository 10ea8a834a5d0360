package io.prumerge.benchmark;

import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One question of a benchmark, with the image's location instead of the image.
 *
 * @param id this project's id, unique in (benchmark, split); as read from files, it may repeat if
 *     {@link Benchmark#repeatsIds} says so
 * @param image location of the image; empty for text-only questions
 * @param prompt the user's text as the model gets it, suffix included, byte for byte
 * @param question the bare question
 * @param category the group it is reported under
 * @param answers reference answers; empty if the files have none
 * @param options the choices of a multiple-choice question; empty otherwise
 * @param maxNewTokens the benchmark's own limit; empty = the checkpoint's
 * @param extra further values, such as those that match answer files; {@code question_id} is the
 *     file's own id as JSON, which preserves its type
 */
public record BenchmarkQuestion(
    String id,
    Optional<ImagePlace> image,
    String prompt,
    String question,
    String category,
    List<String> answers,
    List<String> options,
    OptionalInt maxNewTokens,
    Map<String, String> extra) {

  /** Category of the figures over all categories. No question has it. */
  public static final String ALL_CATEGORIES = "all";

  /** Key in {@link #extra()} of the file's own id, as JSON. */
  public static final String FILE_ID = "question_id";

  /**
   * Key in {@link #extra()} of the unit in which a question is scored, for benchmarks that have
   * units: MME's pairs, MMBench's circles. Units lie within one image.
   */
  public static final String UNIT = "unit";

  /**
   * Key in {@link #extra()} of further groups with figures of their own, one per line, in addition
   * to the category. Names are unique over all of a benchmark's groups and categories.
   */
  public static final String GROUPS = "groups";

  public BenchmarkQuestion {
    answers = List.copyOf(answers);
    options = List.copyOf(options);
    extra = Map.copyOf(extra);
  }

  /** Returns this question with another id. */
  public BenchmarkQuestion withId(String other) {
    return new BenchmarkQuestion(
        other, image, prompt, question, category, answers, options, maxNewTokens, extra);
  }

  /** The reference for answers to this question. */
  public Reference reference() {
    return new Reference(question, category, answers, options, extra);
  }
}
