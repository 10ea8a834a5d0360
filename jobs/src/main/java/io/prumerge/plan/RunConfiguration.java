package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.benchmark.Letters;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.image.ImageBounds;
import io.prumerge.store.Json;
import io.prumerge.torch.Quantization;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that determines a run's results. A run can only be resumed with an equal
 * configuration. In JSON it has no nested objects but {@code clips}.
 *
 * <p>Of a model behind an endpoint, everything is empty that the service does not tell.
 *
 * @param model the checkpoint folder's full path, or the spelling of an endpoint
 * @param endpointVersion the user's label of what an endpoint serves; empty without one
 */
public record RunConfiguration(
    String model,
    List<String> examples,
    List<String> methods,
    @JsonUnwrapped Settings settings,
    @JsonUnwrapped Resolution resolution,
    @JsonUnwrapped ModelHashes hashes,
    String endpointVersion,
    @JsonUnwrapped QuestionHashes questions) {

  /** The settings that callers know by another name, by their names in JSON. */
  private static final Map<String, Setting> SETTINGS =
      Map.ofEntries(
          Map.entry("model", Setting.MODEL),
          Map.entry("examples", Setting.EXAMPLES),
          Map.entry("methods", Setting.METHOD),
          Map.entry("device", Setting.DEVICE),
          Map.entry("dtype", Setting.DTYPE),
          Map.entry("quantize", Setting.QUANTIZE),
          Map.entry("image_aspect", Setting.IMAGE_ASPECT),
          Map.entry("min_pixels", Setting.MIN_PIXELS),
          Map.entry("max_pixels", Setting.MAX_PIXELS),
          Map.entry("square", Setting.SQUARE),
          Map.entry("reduce_by", Setting.REDUCE_BY),
          Map.entry("answer_by", Setting.ANSWER_BY),
          Map.entry("limit", Setting.LIMIT),
          Map.entry("max_new_tokens", Setting.MAX_NEW_TOKENS),
          Map.entry("endpoint_version", Setting.ENDPOINT_VERSION));

  public RunConfiguration {
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
  }

  /**
   * How a model is asked.
   *
   * <p>Earlier versions, which say nothing of some of these, had the defaults.
   *
   * @param quantize of the decoder's products
   * @param conversation name of the conversation template
   * @param reduceBy {@code each} or {@code first}: questions that methods look at
   * @param answerBy {@code text} or {@code letter-logits}: how questions with lettered options are
   *     answered
   * @param limit questions per benchmark; 0: all
   * @param maxNewTokens token budget of every question; 0: each benchmark's own
   */
  public record Settings(
      String device,
      String dtype,
      @JsonSetter(nulls = Nulls.AS_EMPTY) String quantize,
      String imageAspect,
      String conversation,
      String reduceBy,
      @JsonSetter(nulls = Nulls.AS_EMPTY) String answerBy,
      long limit,
      int maxNewTokens) {

    public Settings {
      boolean local = !device.isEmpty();
      quantize = local && quantize.isEmpty() ? Quantization.NONE.label() : quantize;
      answerBy = local && answerBy.isEmpty() ? AnswerBy.TEXT.toString() : answerBy;
    }

    /**
     * Returns the SQL expression of the letters of which one answers a question; of none where a
     * text does.
     *
     * @param options expression of the question's options
     */
    public String letters(String options) {
      return answerBy.equals(AnswerBy.LETTER_LOGITS.toString())
          ? Letters.present(options)
          : "CAST(array() AS ARRAY<STRING>)";
    }

    /** Returns the quantization of the decoder's products; none of a model behind an endpoint. */
    public Quantization quantization() {
      return quantize.isEmpty()
          ? Quantization.NONE
          : Quantization.valueOf(quantize.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * The sizes of pictures that keep their own, as {@link ImageBounds}; all 0 where they do not.
   * Earlier versions ran such models by their files only.
   */
  public record Resolution(
      @JsonSetter(nulls = Nulls.AS_EMPTY) int minPixels,
      @JsonSetter(nulls = Nulls.AS_EMPTY) int maxPixels,
      @JsonSetter(nulls = Nulls.AS_EMPTY) int square)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    static final Resolution NONE = of(ImageBounds.NONE);

    static Resolution of(ImageBounds bounds) {
      return new Resolution(bounds.minPixels(), bounds.maxPixels(), bounds.square());
    }

    /** Returns the bounds that a model is asked with. */
    public ImageBounds bounds() {
      return new ImageBounds(minPixels, maxPixels, square);
    }
  }

  /**
   * What a checkpoint's files were.
   *
   * @param configSha256 hash of the settings: model, generation and image processor
   * @param tokenizerSha256 hash of the tokenizer's files
   * @param weightsSha256 hash of the weight files' bytes
   * @param clips hash of each CLIP folder that methods name, by its name
   */
  public record ModelHashes(
      String configSha256,
      String tokenizerSha256,
      String weightsSha256,
      @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> clips)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    public ModelHashes {
      clips = Collections.unmodifiableSortedMap(new TreeMap<>(clips));
    }
  }

  /**
   * What was asked.
   *
   * @param examplesSha256 hash of the planned questions and their images' hashes
   * @param examplesFilesSha256 hash of the names of the examples' files, which chunks may depend on
   * @param promptsSha256 hash of the planned questions' prompts
   */
  public record QuestionHashes(
      String examplesSha256, String examplesFilesSha256, String promptsSha256) {}

  /** Returns the model's name in the tables. */
  public String name() {
    return PinnedModel.name(model, settings.quantization());
  }

  /** Returns the endpoint of the model; empty if it is a checkpoint. */
  public Optional<Endpoint> endpoint() {
    return PinnedModel.endpoint(model);
  }

  /** Returns the settings in which {@code other} differs, each as a text; none if it is equal. */
  public List<Wording> differences(RunConfiguration other) {
    return differences(Json.fields(other));
  }

  /**
   * Returns the settings that have other values than these.
   *
   * @param others some of the settings, by their names in JSON
   */
  public List<Wording> differences(Map<String, Object> others) {
    Map<String, Object> mine = Json.fields(this);
    return others.keySet().stream()
        .filter(name -> !Objects.equals(mine.get(name), others.get(name)))
        .map(
            name ->
                Wording.of(
                    "%s was %s, is now %s",
                    SETTINGS.containsKey(name) ? SETTINGS.get(name) : name,
                    mine.get(name),
                    others.get(name)))
        .toList();
  }
}
