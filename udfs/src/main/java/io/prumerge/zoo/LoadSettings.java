package io.prumerge.zoo;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a model is loaded: a value of each setting that models in memory differ by.
 *
 * <p>To add a setting, declare it here and list it in {@link #ALL}. Then it is an argument in DJL's
 * zoo, whose factories obey it, and a parameter of {@code LlavaPredictor}, which needs its getter
 * and its setter.
 *
 * @param values by the names of {@link #ALL}, each of its setting's type
 */
public record LoadSettings(Map<String, Object> values) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Where the model runs. */
  public static final TypedSetting<DeviceChoice> DEVICE =
      TypedSetting.choice("device", DeviceChoice.AUTO, "auto, cpu or cuda");

  /** Arithmetic of the forward pass. */
  public static final TypedSetting<DtypeChoice> DTYPE =
      TypedSetting.choice("dtype", DtypeChoice.AUTO, "auto, fp32, bf16 or fp16");

  /** Of the decoder's products. */
  public static final TypedSetting<Quantization> QUANTIZE =
      TypedSetting.choice(
          "quantize", Quantization.NONE, "none or int8: weight precision of the decoder's layers");

  /** Pad to a square or crop the centre. */
  public static final TypedSetting<ImageAspect> IMAGE_ASPECT =
      TypedSetting.choice("imageAspect", ImageAspect.AUTO, "auto, pad or crop");

  /** Name of the conversation template. */
  public static final TypedSetting<String> CONVERSATION =
      TypedSetting.text(
          "conversation",
          ConversationTemplate.AUTO,
          "Conversation template; auto: the model's own",
          ConversationTemplate::require);

  /** As in {@link ImageBounds}, with the next two. */
  public static final TypedSetting<Integer> MIN_PIXELS =
      pixels(
          "minPixels",
          "Fewest pixels of a picture that keeps its own size; 0: as the model's files say");

  public static final TypedSetting<Integer> MAX_PIXELS =
      pixels(
          "maxPixels",
          "Most pixels of a picture that keeps its own size; 0: as the model's files say");

  public static final TypedSetting<Integer> SQUARE =
      pixels(
          "square",
          "Side of the square that pictures are padded and resized to; 0: their own size");

  /** How the times of a video's views become whole numbers. */
  public static final TypedSetting<TimeRule> MROPE =
      TypedSetting.choice(
          "mrope",
          TimeRule.TRANSFORMERS,
          "transformers or published: how the times of a video's frames become whole numbers, for models whose positions have seconds");

  /** All settings. */
  public static final List<TypedSetting<?>> ALL =
      List.of(
          DEVICE,
          DTYPE,
          QUANTIZE,
          IMAGE_ASPECT,
          CONVERSATION,
          MIN_PIXELS,
          MAX_PIXELS,
          SQUARE,
          MROPE);

  /** Every setting by default: a model as its files say, on what Spark assigns. */
  public static final LoadSettings DEFAULT = of(TypedSetting::defaultValue);

  /**
   * Checks the bounds of pictures.
   *
   * @throws IllegalArgumentException as {@link ImageBounds} does
   */
  public LoadSettings {
    values = Map.copyOf(values);
    bounds(values);
  }

  private static ImageBounds bounds(Map<String, Object> values) {
    return new ImageBounds(
        value(values, MIN_PIXELS), value(values, MAX_PIXELS), value(values, SQUARE));
  }

  private static TypedSetting<Integer> pixels(String name, String doc) {
    return TypedSetting.number(name, "pixels", 0, Integer.MAX_VALUE, doc);
  }

  /** Makes settings of each one's value. */
  public static LoadSettings of(Function<TypedSetting<?>, Object> value) {
    return new LoadSettings(ALL.stream().collect(Collectors.toMap(TypedSetting::name, value)));
  }

  /**
   * Returns these settings but for those that arguments in DJL's zoo say, by the settings' names.
   *
   * @throws IllegalArgumentException naming the argument, if it has no such value
   */
  public LoadSettings given(Map<String, ?> arguments) {
    return of(
        setting -> {
          Object given = arguments.get(setting.name());
          return given == null ? get(setting) : setting.read(setting.name(), given.toString());
        });
  }

  /**
   * Returns the configuration of a model that sees pictures and videos as these settings say.
   *
   * @throws io.prumerge.config.CheckpointException if pictures have one resolution, or cannot have
   *     this one, or videos have no such times
   */
  public LlavaConfig seen(LlavaConfig config) {
    return config.within(bounds(values)).timed(get(MROPE));
  }

  /** Returns a setting's value. */
  public <T> T get(TypedSetting<T> setting) {
    return value(values, setting);
  }

  @SuppressWarnings("unchecked") // each value is of its setting's type
  private static <T> T value(Map<String, Object> values, TypedSetting<T> setting) {
    return (T) values.get(setting.name());
  }

  /** Returns these settings but one. */
  public <T> LoadSettings with(TypedSetting<T> setting, T value) {
    return with(Map.of(setting.name(), value));
  }

  /** Returns these settings but for the bounds of pictures that keep their own size. */
  public LoadSettings within(ImageBounds bounds) {
    return with(
        Map.of(
            MIN_PIXELS.name(), bounds.minPixels(),
            MAX_PIXELS.name(), bounds.maxPixels(),
            SQUARE.name(), bounds.square()));
  }

  private LoadSettings with(Map<String, Object> others) {
    Map<String, Object> all = new HashMap<>(values);
    all.putAll(others);
    return new LoadSettings(all);
  }

  /** Returns the texts and whole numbers that stand for the values, by the settings' names. */
  public Map<String, Object> written() {
    Map<String, Object> written = new HashMap<>(values);
    written.replaceAll((name, value) -> TypedSetting.written(value));
    return written;
  }
}
