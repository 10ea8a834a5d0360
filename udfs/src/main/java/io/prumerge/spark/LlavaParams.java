package io.prumerge.spark;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.LoadSettings;
import io.prumerge.zoo.TypedSetting;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import scala.Function1;

/**
 * The parameters of {@link LlavaPredictor}, each a public method without arguments, by which
 * spark.ml finds, explains, copies and saves them. Their values are strings, numbers and arrays of
 * those, so that a pipeline can be saved; {@code explainParams()} says what each is for.
 *
 * <p>Those of {@link LoadSettings} and {@link AskSettings} are made of their declarations. {@code
 * modelUrl}, {@code engine}, {@code batchSize}, {@code batchifier}, {@code translatorFactory},
 * {@code inputCol} and {@code outputCol} are the parameters of the DJL Spark extension that apply
 * here; the columns take the place of its {@code inputClass} and {@code outputClass}.
 */
public abstract class LlavaParams extends Transformer {

  private static final long serialVersionUID = 1L;

  private static final List<TypedSetting<?>> SETTINGS =
      Stream.concat(LoadSettings.ALL.stream(), AskSettings.ALL.stream()).toList();

  private final String uid;
  private final Map<String, Param<?>> settings = new HashMap<>(); // by name
  private final Param<String> modelUrl;
  private final Param<String> inputCol;
  private final BooleanParam video;
  private final Param<String> timesCol;
  private final Param<String> outputCol;
  private final Param<String> promptCol;
  private final Param<String> maxNewTokensCol;
  private final Param<String> lettersCol;
  private final ParsedMethods parsed = new ParsedMethods();
  private final StringArrayParam methods;
  private final BooleanParam margins;
  private final Param<String> modelSha256;
  private final StringArrayParam clipSha256;

  LlavaParams(String uid) {
    this.uid = uid;
    CheckedParams checked = new CheckedParams(uid);
    SETTINGS.forEach(setting -> settings.put(setting.name(), checked.setting(setting)));
    modelUrl =
        checked.text(
            "modelUrl",
            "Checkpoint folder (a path of each host, or a file:, hdfs: or s3a: URL),"
                + " hf:ORG/NAME[@REV], or openai:URL#NAME",
            Location::open);
    inputCol =
        checked.text(
            "inputCol",
            "Column of encoded images (binary; null: no image, empty: missing; or an array of those"
                + " of one prompt)");
    video =
        new BooleanParam(
            this,
            "video",
            "Whether the images of a row are the frames of one video, in the order of time (none:"
                + " missing)");
    timesCol =
        checked.text(
            "timesCol",
            "Column of the frames' seconds from the video's beginning (array<double>; null, or one"
                + " that is null: unknown), or of these with the frames per second and whether both"
                + " are assumed (struct<seconds array<double>, fps double, assumed boolean>)");
    outputCol =
        checked.text("outputCol", "Column to append: array of predictions, prompt by prompt");
    promptCol = checked.text("promptCol", "Column of prompts (string or array<string>)");
    maxNewTokensCol =
        checked.text(
            "maxNewTokensCol", "Column of the most new tokens (int, or array<int> by prompt)");
    lettersCol =
        checked.text(
            "lettersCol",
            "Column of the letters of which the one with the highest logit is the answer"
                + " (array<string>, or array<array<string>> by prompt; null or none: a text is)");
    methods =
        new StringArrayParam(
            this,
            "methods",
            "Visual-token reduction methods, name or name:key=value,key=value",
            CheckedParams.check(parsed::of));
    margins =
        new BooleanParam(
            this,
            "margins",
            "Whether predictions say how far an answer's first token was above the next one");
    modelSha256 =
        checked.text(
            "modelSha256", "SHA-256 that the weights must have; empty: any", WeightsPin::new);
    clipSha256 =
        new StringArrayParam(
            this,
            "clipSha256",
            "SHA-256 that CLIP folders of methods must have, each as \"HEX DIR\"",
            CheckedParams.check(LlavaParams::clips));
    SETTINGS.forEach(
        setting ->
            setDefault(getParam(setting.name()), TypedSetting.written(setting.defaultValue())));
    setDefault(video, false);
    setDefault(outputCol, "predictions");
    setDefault(methods, new String[] {"none"});
    setDefault(margins, false);
    setDefault(modelSha256, WeightsPin.NONE.sha256());
    setDefault(clipSha256, new String[0]);
  }

  @SuppressWarnings("unchecked") // a number's is an IntParam, another's a Param of texts
  private <P extends Param<?>> P param(TypedSetting<?> setting) {
    return (P) settings.get(setting.name());
  }

  /** Returns the value that is set, or the default. */
  final <T> T value(TypedSetting<T> setting) {
    return setting.read(setting.name(), $(getParam(setting.name())));
  }

  @Override
  public final String uid() {
    return uid;
  }

  public final Param<String> modelUrl() {
    return modelUrl;
  }

  public final Param<String> engine() {
    return param(AskSettings.ENGINE);
  }

  public final IntParam batchSize() {
    return param(AskSettings.BATCH_SIZE);
  }

  public final Param<String> batchifier() {
    return param(AskSettings.BATCHIFIER);
  }

  public final Param<String> translatorFactory() {
    return param(AskSettings.TRANSLATOR_FACTORY);
  }

  public final Param<String> inputCol() {
    return inputCol;
  }

  public final BooleanParam video() {
    return video;
  }

  public final Param<String> timesCol() {
    return timesCol;
  }

  public final Param<String> outputCol() {
    return outputCol;
  }

  public final Param<String> promptCol() {
    return promptCol;
  }

  public final Param<String> maxNewTokensCol() {
    return maxNewTokensCol;
  }

  public final Param<String> lettersCol() {
    return lettersCol;
  }

  public final StringArrayParam methods() {
    return methods;
  }

  public final Param<String> reduceBy() {
    return param(AskSettings.REDUCE_BY);
  }

  public final Param<String> device() {
    return param(LoadSettings.DEVICE);
  }

  public final Param<String> dtype() {
    return param(LoadSettings.DTYPE);
  }

  public final Param<String> quantize() {
    return param(LoadSettings.QUANTIZE);
  }

  public final Param<String> imageAspect() {
    return param(LoadSettings.IMAGE_ASPECT);
  }

  public final IntParam minPixels() {
    return param(LoadSettings.MIN_PIXELS);
  }

  public final IntParam maxPixels() {
    return param(LoadSettings.MAX_PIXELS);
  }

  public final IntParam square() {
    return param(LoadSettings.SQUARE);
  }

  public final Param<String> mrope() {
    return param(LoadSettings.MROPE);
  }

  public final IntParam maxNewTokens() {
    return param(AskSettings.MAX_NEW_TOKENS);
  }

  public final IntParam endpointRequests() {
    return param(AskSettings.ENDPOINT_REQUESTS);
  }

  public final Param<String> videoAs() {
    return param(AskSettings.VIDEO_AS);
  }

  public final Param<String> timing() {
    return param(AskSettings.TIMING);
  }

  public final IntParam timingBatch() {
    return param(AskSettings.TIMING_BATCH);
  }

  public final BooleanParam margins() {
    return margins;
  }

  public final Param<String> conversation() {
    return param(LoadSettings.CONVERSATION);
  }

  public final Param<String> modelSha256() {
    return modelSha256;
  }

  public final StringArrayParam clipSha256() {
    return clipSha256;
  }

  /** Returns the pins of CLIP folders by their names. */
  static Map<String, WeightsPin> clips(String[] pins) {
    Map<String, WeightsPin> clips = new HashMap<>();
    for (String pin : pins) {
      int space = pin.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException(
            Text.format("Cannot pin a CLIP folder by '%s': write HEX DIR", pin));
      }
      clips.put(pin.substring(space + 1), new WeightsPin(pin.substring(0, space)));
    }
    return clips;
  }

  /** Returns the canonical specs of the methods, in the order given. */
  final List<MethodSpec> specs() {
    return parsed.of($(methods));
  }

  /** Makes parameters of one owner that refuse wrong values when these are set. */
  // No record: Kryo cannot write lambdas of one.
  private static final class CheckedParams {

    private final String uid;

    /**
     * @param uid the owner's
     */
    CheckedParams(String uid) {
      this.uid = uid;
    }

    /**
     * A parameter's check in the form that spark.ml requires; throws an exception with its own
     * message.
     */
    private interface Check<T> extends Function1<T, Object>, Serializable {}

    /** What refuses a value with an exception. */
    interface Demand<T> extends Consumer<T>, Serializable {}

    /** Returns a text. */
    Param<String> text(String name, String doc) {
      return new Param<>(uid, name, doc);
    }

    /** Returns a text that {@code demand} accepts. */
    Param<String> text(String name, String doc, Demand<String> demand) {
      return new Param<>(uid, name, doc, check(demand));
    }

    /** Returns a whole number or a text that a setting accepts. */
    Param<?> setting(TypedSetting<?> one) {
      return one.defaultValue() instanceof Integer
          ? new IntParam(uid, one.name(), one.doc(), check(one::require))
          : text(one.name(), one.doc(), one::require);
    }

    /** Returns a check by what refuses a value with an exception. */
    static <T> Check<T> check(Demand<T> demand) {
      return given -> {
        demand.accept(given);
        return true;
      };
    }
  }
}
