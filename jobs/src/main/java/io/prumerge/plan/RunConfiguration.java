package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.config.TimeRule;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.store.Json;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything that determines a run's results. A run can only be resumed with an equal
 * configuration. In JSON it has no nested objects but {@code clips}.
 *
 * <p>Of a model behind an endpoint, everything is empty that the service does not tell.
 *
 * @param model the checkpoint folder's full path, or the spelling of an endpoint
 * @param endpointVersion the user's label of what an endpoint serves; empty without one
 * @param videoAs how an endpoint is sent videos, as {@link VideoAs} in lower case; earlier versions
 *     sent none. Empty of a checkpoint
 * @param mrope how the times of a video's frames become whole numbers, as {@link TimeRule} in lower
 *     case; earlier versions took no such videos. Empty of an endpoint
 * @param servers other servers of a model behind an endpoint, as {@link PairedServer} spells them;
 *     earlier versions had none
 * @param protocol by which the frames of the videos are chosen, as {@link FrameProtocol} spells it;
 *     empty for pictures, and in earlier versions
 */
public record RunConfiguration(
    String model,
    List<String> examples,
    List<String> methods,
    @JsonUnwrapped InferenceSettings settings,
    @JsonUnwrapped ResolutionBounds resolution,
    @JsonUnwrapped ModelHashes hashes,
    String endpointVersion,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String videoAs,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String mrope,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> servers,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String protocol,
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
          Map.entry("conversation", Setting.CONV_MODE),
          Map.entry("min_pixels", Setting.MIN_PIXELS),
          Map.entry("max_pixels", Setting.MAX_PIXELS),
          Map.entry("square", Setting.SQUARE),
          Map.entry("reduce_by", Setting.REDUCE_BY),
          Map.entry("answer_by", Setting.ANSWER_BY),
          Map.entry("timing", Setting.TIMING),
          Map.entry("timing_batch", Setting.TIMING_BATCH),
          Map.entry("limit", Setting.LIMIT),
          Map.entry("max_new_tokens", Setting.MAX_NEW_TOKENS),
          Map.entry("endpoint_version", Setting.ENDPOINT_VERSION),
          Map.entry("video_as", Setting.VIDEO_AS),
          Map.entry("mrope", Setting.MROPE),
          Map.entry("servers", Setting.AS));

  /** Hashes of the examples, of which nobody knows the former files by their values. */
  private static final List<String> OF_EXAMPLES =
      List.of("examples_sha256", "examples_files_sha256", "prompts_sha256");

  /** Hashes of a model's files, with what they are of. */
  private static final Map<String, String> OF_MODEL =
      Map.of(
          "config_sha256", "the settings",
          "tokenizer_sha256", "the files of the tokenizer",
          "weights_sha256", "the weights");

  public RunConfiguration {
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
    servers = List.copyOf(servers);
    if (videoAs.isEmpty() && PinnedModel.endpoint(model).isPresent()) {
      videoAs = VideoAs.PICTURES.name().toLowerCase(Locale.ROOT);
    }
    if (mrope.isEmpty() && PinnedModel.endpoint(model).isEmpty()) {
      mrope = TimeRule.TRANSFORMERS.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the model's name in the tables. */
  public String name() {
    return PinnedModel.name(model, settings.quantization());
  }

  /** Returns the endpoint of the model; empty if it is a checkpoint. */
  public Optional<Endpoint> endpoint() {
    return PinnedModel.endpoint(model);
  }

  /** Returns what is seen of the videos; empty for pictures. */
  public Optional<ChosenFrames> frames() {
    return ChosenFrames.of(protocol);
  }

  /** Returns the spellings of the other servers by the methods that their answers stand under. */
  public Map<String, String> serversByMethod() {
    return servers.stream()
        .map(PairedServer::parse)
        .collect(
            Collectors.toUnmodifiableMap(PairedServer::label, one -> one.endpoint().toString()));
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
    List<String> differing =
        others.keySet().stream()
            .filter(name -> !Objects.equals(mine.get(name), others.get(name)))
            .toList();
    // Of other examples, of more of them and of another model, hashes are others, too.
    boolean asked = differing.contains("limit") || differing.contains("examples");
    boolean renamed = differing.contains("model");
    return differing.stream()
        .filter(name -> !asked || !OF_EXAMPLES.contains(name))
        .filter(name -> !renamed || !OF_MODEL.containsKey(name))
        .map(name -> difference(name, mine.get(name), others.get(name)))
        .distinct()
        .toList();
  }

  private Wording difference(String name, Object mine, Object other) {
    if (OF_EXAMPLES.contains(name)) {
      return Wording.of(
          "the questions or pictures of %s were changed; restore them, or start in a new folder",
          examples);
    }
    if (OF_MODEL.containsKey(name)) {
      return Wording.of(
          "%s of %s were changed (%s); restore them, or start in a new folder",
          OF_MODEL.get(name), model, name);
    }
    return Wording.of(
        "%s was %s, is now %s",
        SETTINGS.containsKey(name) ? SETTINGS.get(name) : name, mine, other);
  }
}
