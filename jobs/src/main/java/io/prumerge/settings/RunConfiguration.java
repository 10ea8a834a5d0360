package io.prumerge.settings;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.prumerge.benchmark.Letters;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.settings.AnswerSource.Checkpoint;
import io.prumerge.store.Json;
import io.prumerge.torch.Quantization;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that determines a run's results. A run can only be resumed with an equal
 * configuration. In JSON it has no nested objects but {@code clips}; of a model behind an endpoint,
 * what the service does not tell is empty there. What was given and what follows from a model's
 * files are apart: the record has both, and the model is loaded with the former. Of answers that
 * files hold no setting is known.
 *
 * @param model the checkpoint folder's full path, or the spelling of an endpoint
 * @param settings those that count for the model: as given, or where nothing was, as the model's
 *     files say
 * @param hashes of the checkpoint's files; empty behind an endpoint
 * @param protocol by which the frames of the videos are chosen, as {@link FrameProtocol} spells it;
 *     empty for pictures, and in earlier versions
 * @param left which settings the files say; empty behind an endpoint, and in earlier versions
 */
@JsonDeserialize(converter = RunConfiguration.Reader.class)
public record RunConfiguration(
    String model,
    List<String> examples,
    List<String> methods,
    SettingValues settings,
    Optional<ModelHashes> hashes,
    String protocol,
    QuestionHashes questions,
    Optional<LeftToModel> left) {

  /** What a record has besides the settings. */
  private record Unset(
      String model,
      List<String> examples,
      List<String> methods,
      @JsonUnwrapped ModelHashes hashes,
      @JsonSetter(nulls = Nulls.AS_EMPTY) String protocol,
      @JsonUnwrapped QuestionHashes questions) {}

  /** Reads a record; throws an IllegalArgumentException naming what is missing or no value. */
  static final class Reader extends StdConverter<ObjectNode, RunConfiguration> {

    @Override
    public RunConfiguration convert(ObjectNode record) {
      AnswerSource source = AnswerSource.parse(record.path("model").asText());
      SettingValues settings =
          source instanceof AnswerSource.Files
              ? SettingValues.NONE
              : SettingValues.taken(record, source.endpoint().isPresent());
      Optional<LeftToModel> left = LeftToModel.taken(record);
      Unset rest = Json.read(record, Unset.class);
      return new RunConfiguration(
          rest.model(),
          rest.examples(),
          rest.methods(),
          settings,
          source instanceof Checkpoint ? Optional.of(rest.hashes()) : Optional.empty(),
          rest.protocol(),
          rest.questions(),
          left);
    }
  }

  private static final ModelHashes NO_HASHES =
      new ModelHashes("", "", "", Collections.emptySortedMap());

  /** The first setting after the hashes, as the first version ordered them. */
  private static final RunSetting<?> AFTER_HASHES = RunSetting.ENDPOINT_VERSION;

  /** What callers know by another name, by the names in JSON. */
  private static final Map<String, Setting> SETTINGS =
      Stream.concat(
              Stream.of(
                  Map.entry("model", Setting.MODEL),
                  Map.entry("examples", Setting.EXAMPLES),
                  Map.entry("methods", Setting.METHOD)),
              RunSetting.recorded().stream().map(one -> Map.entry(one.key(), one.setting())))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

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
  }

  /** Returns the record, by the names in JSON. */
  @JsonValue
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("examples", examples);
    fields.put("methods", methods);
    for (RunSetting<?> setting : RunSetting.recorded()) {
      if (setting == AFTER_HASHES) {
        fields.putAll(Json.fields(hashes.orElse(NO_HASHES)));
      }
      if (!isOfFiles()) {
        fields.put(setting.key(), settings.written(setting));
      }
    }
    fields.put("protocol", protocol);
    fields.putAll(Json.fields(questions));
    left.ifPresent(one -> fields.putAll(Json.fields(one)));
    return fields;
  }

  /** Returns the model's name in the tables. */
  public String name() {
    return AnswerSource.parse(model)
        .name(settings.find(RunSetting.QUANTIZE).orElse(Quantization.NONE));
  }

  /** Returns whether the answers are another program's, read from its files. */
  public boolean isOfFiles() {
    return AnswerSource.parse(model) instanceof AnswerSource.Files;
  }

  /** Returns the endpoint of the model; empty if it is a checkpoint. */
  public Optional<Endpoint> endpoint() {
    return AnswerSource.parse(model).endpoint();
  }

  /** Returns the settings that the model is loaded with: those that were given, or the default. */
  public SettingValues given() {
    return settings.leaving(left.map(LeftToModel::leftToModel).orElse(List.of()));
  }

  /** Returns the bounds of pictures that keep their own size; none where they do not. */
  public ImageBounds bounds() {
    return ModelOptions.bounds(settings);
  }

  /** Returns the bounds of pictures that were given; none where the model's files say them. */
  public ImageBounds givenBounds() {
    return ModelOptions.bounds(given());
  }

  /**
   * Returns the bounds of each frame of a video, where those of pictures count for frames, too;
   * none where they do not, and of pictures. Earlier versions gave frames those of pictures.
   */
  public ImageBounds frameBounds() {
    return left.map(LeftToModel::frames)
        .orElseGet(() -> protocol.isEmpty() || bounds().square() > 0 ? ImageBounds.NONE : bounds());
  }

  /**
   * Returns the values on which any answer of the model depends, by the names in JSON: what counts
   * for it of the settings that change all answers, as the model's files say where nothing was
   * given, and the bounds of videos' frames.
   */
  public SortedMap<String, Object> ofAllAnswers() {
    SortedMap<String, Object> values = new TreeMap<>(LeftToModel.ofFrames(frameBounds()));
    settings.values().keySet().stream()
        .filter(RunSetting::changesAllAnswers)
        .forEach(setting -> values.put(setting.key(), settings.written(setting)));
    return values;
  }

  /** Returns whether the letters' logits answer questions with options. */
  public boolean answersByLetters() {
    return settings.find(RunSetting.ANSWER_BY).filter(AnswerBy.LETTER_LOGITS::equals).isPresent();
  }

  /**
   * Returns the SQL expression of the letters of which one answers a question; of none where a text
   * does.
   *
   * @param options expression of the question's options
   */
  public String letters(String options) {
    return answersByLetters() ? Letters.present(options) : "CAST(array() AS ARRAY<STRING>)";
  }

  /** Returns whether methods look at an image's first question for all its questions. */
  public boolean reducesByFirst() {
    return settings.find(RunSetting.REDUCE_BY).filter(ReduceBy.FIRST::equals).isPresent();
  }

  /** Returns what is seen of the videos; empty for pictures. */
  public Optional<ChosenFrames> frames() {
    return ChosenFrames.of(protocol);
  }

  /** Returns the spellings of the other servers by the methods that their answers stand under. */
  public Map<String, String> serversByMethod() {
    return servers().stream()
        .collect(Collectors.toUnmodifiableMap(NamedModel::name, one -> one.model().toString()));
  }

  /** Returns the other servers of a model behind an endpoint. */
  public List<NamedModel> servers() {
    return settings.find(RunSetting.SERVERS).orElse(List.of());
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
    mine.putAll(LeftToModel.ofFrames(frameBounds()));
    List<String> differing =
        others.keySet().stream()
            .filter(name -> !name.equals(LeftToModel.KEYS)) // the values themselves are compared
            .filter(name -> !Objects.equals(mine.get(name), others.get(name)))
            .filter(name -> !isOfFrames(name) || isBound(mine.get(name), others.get(name)))
            .toList();
    // Of other examples, of more of them and of another model, hashes are others, too.
    boolean asked = differing.contains("limit") || differing.contains("examples");
    boolean renamed = differing.contains("model");
    List<String> told =
        differing.stream()
            .filter(name -> !asked || !OF_EXAMPLES.contains(name))
            .filter(name -> !renamed || !OF_MODEL.containsKey(name))
            .filter(name -> !isOfFrames(name) || !differing.contains(pictures(name).key()))
            .toList();
    boolean former = left.isEmpty() && told.stream().anyMatch(RunConfiguration::isOfFrames);
    return Stream.concat(
            told.stream().map(name -> difference(name, mine.get(name), others.get(name))),
            former ? Stream.of(formerFrames()) : Stream.empty())
        .distinct()
        .toList();
  }

  private static boolean isOfFrames(String name) {
    return LeftToModel.OF_FRAMES.containsKey(name);
  }

  private static RunSetting<Integer> pictures(String ofFrames) {
    return LeftToModel.OF_FRAMES.get(ofFrames);
  }

  /** Returns whether both are bounds: of a model whose frames have others, there are none. */
  private static boolean isBound(Object mine, Object other) {
    return !mine.equals(0) && !Integer.valueOf(0).equals(other);
  }

  private Wording formerFrames() {
    return Wording.of(
        "an earlier version showed its videos within the bounds of pictures, where the model's"
            + " video processor has others; give %s %d and %s %d to go on like that, or start in a"
            + " new folder",
        Setting.MIN_PIXELS,
        frameBounds().minPixels(),
        Setting.MAX_PIXELS,
        frameBounds().maxPixels());
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
    if (isOfFrames(name)) {
      return Wording.of(
          "%s of videos' frames was %s, is now %s", pictures(name).setting(), mine, other);
    }
    return Wording.of(
        "%s was %s, is now %s",
        SETTINGS.containsKey(name) ? SETTINGS.get(name) : name, mine, other);
  }
}
