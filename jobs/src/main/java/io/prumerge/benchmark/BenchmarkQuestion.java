package io.prumerge.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One question as a benchmark asks it, the image still only a name.
 *
 * @param id ours, unique in (benchmark, split)
 * @param image where the image lies; empty for text-only questions
 * @param prompt the user's text as the model gets it, suffix included, byte for byte
 * @param question the bare question
 * @param category the group it is reported under
 * @param answers reference answers; empty where the files have none
 * @param options the choices of a multiple-choice question; empty otherwise
 * @param maxNewTokens the benchmark's own limit; empty = the checkpoint's
 * @param extra what else answer files are matched by; {@code question_id} is the file's own id as
 *     JSON, so that its type survives
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

  /** Category of the figures over all categories; no question's own. */
  public static final String ALL_CATEGORIES = "all";

  /** Key in {@link #extra()} of the file's own id, as JSON. */
  public static final String FILE_ID = "question_id";

  /**
   * Key in {@link #extra()} of the unit that a question is scored with, where a benchmark has such:
   * MME's pairs, MMBench's circles. Units lie within one image.
   */
  public static final String UNIT = "unit";

  /**
   * Key in {@link #extra()} of further groups that figures are given for, one per line, beside the
   * category. Names are unique over all of a benchmark's groups and categories.
   */
  public static final String GROUPS = "groups";

  public BenchmarkQuestion {
    answers = List.copyOf(answers);
    options = List.copyOf(options);
    extra = Map.copyOf(extra);
  }

  /** What an answer to it is compared with. */
  public Reference reference() {
    return new Reference(question, category, answers, options, extra);
  }
}
