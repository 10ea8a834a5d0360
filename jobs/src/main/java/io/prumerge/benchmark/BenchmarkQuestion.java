package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.source.ImagePlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One question of a benchmark, with the image's location instead of the image.
 *
 * @param id this project's id, unique in (benchmark, split); as read from files, it may repeat if
 *     {@link Benchmark#repeatsIds} says so
 * @param image location of the image; empty for text-only questions
 * @param prompt the user's text as the model gets it, suffix included, byte for byte
 * @param maxNewTokens the benchmark's own limit; empty = the checkpoint's
 * @param reference what answers are compared with; {@code question_id} among its further values is
 *     the file's own id as JSON, which preserves its type
 */
public record BenchmarkQuestion(
    String id,
    Optional<ImagePlace> image,
    String prompt,
    OptionalInt maxNewTokens,
    Reference reference) {

  /** Category of the figures over all categories. No question has it. */
  public static final String ALL_CATEGORIES = "all";

  /** Key in {@link #extra()} of the file's own id, as JSON. */
  public static final String FILE_ID = "question_id";

  /**
   * Key in {@link #extra()} of the unit in which a question is scored, for benchmarks that have
   * units: MME's pairs, MMBench's circles. A question in several units has one per line, each after
   * its kind: {@link #unit}.
   */
  public static final String UNIT = "unit";

  /**
   * Key in {@link #extra()} of the numbers of rows that the benchmark's files have of each line of
   * {@link #UNIT}: {@link UnitRows}.
   */
  public static final String UNIT_ROWS = "unit_rows";

  private static final String AFTER_KIND = "\t";

  /**
   * Key in {@link #extra()} of further groups with figures of their own, one per line, in addition
   * to the category. Names are unique over all of a benchmark's groups and categories.
   */
  public static final String GROUPS = "groups";

  /**
   * Keys in {@link #extra()} of the image's size in pixels, for benchmarks that need it: {@link
   * Benchmark#needsImageSize}.
   */
  public static final String WIDTH = "width";

  public static final String HEIGHT = "height";

  /** The keys in {@link #extra()} that mean the same in all benchmarks. */
  public static final Set<String> OWN_VALUES =
      Set.of(FILE_ID, UNIT, UNIT_ROWS, GROUPS, WIDTH, HEIGHT);

  /** Most new tokens in LLaVA's {@code model_vqa_loader}. */
  public static final int SHORT_ANSWER = 128;

  /** Most new tokens in its {@code model_vqa}, and in those of MMBench and ScienceQA. */
  public static final int LONG_ANSWER = 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns one of several units of a question, as a line of {@link #UNIT}. */
  public static String unit(String kind, String unit) {
    return kind + AFTER_KIND + unit;
  }

  /** Returns the unit of a kind; empty if there is none. Of the kind "", the whole text is one. */
  public static String unitOf(String kind, String units) {
    return kind.isEmpty()
        ? units
        : units.lines().filter(line -> line.startsWith(kind + AFTER_KIND)).findFirst().orElse("");
  }

  /**
   * Returns a question under the file's own id, without options and further values.
   *
   * @param fileId keeps its JSON type
   * @param maxNewTokens the benchmark's own limit
   */
  public static BenchmarkQuestion of(
      JsonNode fileId,
      Optional<ImagePlace> image,
      String prompt,
      String question,
      String category,
      List<String> answers,
      int maxNewTokens) {
    return new BenchmarkQuestion(
        fileId.asText(),
        image,
        prompt,
        OptionalInt.of(maxNewTokens),
        new Reference(question, category, answers, List.of(), Map.of(FILE_ID, fileId.toString())));
  }

  /** Returns this question with another id. */
  public BenchmarkQuestion withId(String other) {
    return new BenchmarkQuestion(other, image, prompt, maxNewTokens, reference);
  }

  /** Returns this question with the choices of a multiple-choice question. */
  public BenchmarkQuestion withOptions(List<String> choices) {
    return with(new Reference(question(), category(), answers(), choices, extra()));
  }

  /** Returns this question with one more value in {@link #extra}. */
  public BenchmarkQuestion with(String key, String value) {
    Map<String, String> more = new HashMap<>(extra());
    more.put(key, value);
    return with(new Reference(question(), category(), answers(), options(), more));
  }

  /** Returns this question with the image's size, unless the files gave it. */
  public BenchmarkQuestion sized(int width, int height) {
    return extra().containsKey(WIDTH)
        ? this
        : with(WIDTH, Integer.toString(width)).with(HEIGHT, Integer.toString(height));
  }

  private BenchmarkQuestion with(Reference other) {
    return new BenchmarkQuestion(id, image, prompt, maxNewTokens, other);
  }

  /** Returns the bare question. */
  public String question() {
    return reference.question();
  }

  /** Returns the group it is reported under. */
  public String category() {
    return reference.category();
  }

  /** Returns the reference answers; none if the files have none. */
  public List<String> answers() {
    return reference.answers();
  }

  /** Returns the choices of a multiple-choice question; none otherwise. */
  public List<String> options() {
    return reference.options();
  }

  /** Returns further values, such as those that match answer files, in the order of their keys. */
  public Map<String, String> extra() {
    return reference.extra();
  }

  /**
   * Returns the file's own id, a JSON integer or string; answer files and submissions keep its
   * type.
   */
  public JsonNode fileId() {
    String json = extra().get(FILE_ID);
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("No JSON id of question " + id + ": " + json, e);
    }
  }
}
