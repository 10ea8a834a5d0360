package io.prumerge.spark;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.TimeRule;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.Timing;
import io.prumerge.image.ImageAspect;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import io.prumerge.zoo.LlavaTranslatorFactory;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
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
 * <p>The first seven are the parameters of the DJL Spark extension that apply here. The columns
 * take the place of its {@code inputClass} and {@code outputClass}.
 */
public abstract class LlavaParams extends Transformer {

  private static final long serialVersionUID = 1L;

  private static final String ENGINE = "PyTorch";
  private static final String BATCHIFIER = "none";
  private static final String TRANSLATOR_FACTORY = LlavaTranslatorFactory.class.getName();

  private final String uid;
  private final Param<String> modelUrl;
  private final Param<String> engine;
  private final IntParam batchSize;
  private final Param<String> batchifier;
  private final Param<String> translatorFactory;
  private final Param<String> inputCol;
  private final BooleanParam video;
  private final Param<String> timesCol;
  private final Param<String> outputCol;
  private final Param<String> promptCol;
  private final Param<String> maxNewTokensCol;
  private final Param<String> lettersCol;
  private final ParsedMethods parsed = new ParsedMethods();
  private final StringArrayParam methods;
  private final Param<String> reduceBy;
  private final Param<String> device;
  private final Param<String> dtype;
  private final Param<String> quantize;
  private final Param<String> imageAspect;
  private final IntParam minPixels;
  private final IntParam maxPixels;
  private final IntParam square;
  private final Param<String> mrope;
  private final IntParam maxNewTokens;
  private final IntParam endpointRequests;
  private final Param<String> videoAs;
  private final Param<String> timing;
  private final IntParam timingBatch;
  private final BooleanParam margins;
  private final Param<String> conversation;
  private final Param<String> modelSha256;
  private final StringArrayParam clipSha256;

  LlavaParams(String uid) {
    this.uid = uid;
    CheckedParams checked = new CheckedParams(uid);
    modelUrl =
        checked.text(
            "modelUrl",
            "Checkpoint folder (a path of each host, or a file:, hdfs: or s3a: URL),"
                + " hf:ORG/NAME[@REV], or openai:URL#NAME",
            Location::open);
    engine = checked.only("engine", "DJL's engine", ENGINE);
    batchSize =
        checked.number(
            "batchSize", "Image rows at a time: 1, with all its prompts and methods", 1, 1);
    batchifier = checked.only("batchifier", "DJL's batchifier", BATCHIFIER);
    translatorFactory =
        checked.only("translatorFactory", "DJL's factory, by class", TRANSLATOR_FACTORY);
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
    reduceBy =
        checked.choice(
            "reduceBy",
            "each or first: which of a row's prompts methods look at that look at any",
            ReduceBy.class);
    device = checked.choice("device", "auto, cpu or cuda", DeviceChoice.class);
    dtype = checked.choice("dtype", "auto, fp32, bf16 or fp16", DtypeChoice.class);
    quantize =
        checked.choice(
            "quantize",
            "none or int8: weight precision of the decoder's layers",
            Quantization.class);
    imageAspect = checked.choice("imageAspect", "auto, pad or crop", ImageAspect.class);
    minPixels =
        checked.number(
            "minPixels",
            "Fewest pixels of a picture that keeps its own size; 0: as the model's files say",
            0,
            Integer.MAX_VALUE);
    maxPixels =
        checked.number(
            "maxPixels",
            "Most pixels of a picture that keeps its own size; 0: as the model's files say",
            0,
            Integer.MAX_VALUE);
    square =
        checked.number(
            "square",
            "Side of the square that pictures are padded and resized to; 0: their own size",
            0,
            Integer.MAX_VALUE);
    mrope =
        checked.choice(
            "mrope",
            "transformers or published: how the times of a video's frames become whole numbers, for"
                + " models whose positions have seconds",
            TimeRule.class);
    maxNewTokens =
        checked.number(
            "maxNewTokens",
            "Most new tokens where maxNewTokensCol is absent or null; 0: the checkpoint's own",
            0,
            Integer.MAX_VALUE);
    endpointRequests =
        checked.number(
            "endpointRequests",
            "Requests that each task may have under way at an endpoint",
            1,
            Integer.MAX_VALUE);
    videoAs =
        checked.choice(
            "videoAs",
            "pictures or frames: how a video is sent to an endpoint, each frame as a picture or all"
                + " as one video of JPEG frames",
            VideoAs.class);
    timing =
        checked.choice(
            "timing",
            "shared, or alone: one question under one method at a time, after a warm-up",
            Timing.class);
    timingBatch =
        checked.number(
            "timingBatch", "Images at a time where timing is alone", 1, Integer.MAX_VALUE);
    margins =
        new BooleanParam(
            this,
            "margins",
            "Whether predictions say how far an answer's first token was above the next one");
    conversation =
        checked.text(
            "conversation",
            "Conversation template; auto: the model's own",
            ConversationTemplate::require);
    modelSha256 =
        checked.text(
            "modelSha256", "SHA-256 that the weights must have; empty: any", WeightsPin::new);
    clipSha256 =
        new StringArrayParam(
            this,
            "clipSha256",
            "SHA-256 that CLIP folders of methods must have, each as \"HEX DIR\"",
            CheckedParams.check(LlavaParams::clips));
    setDefault(engine, ENGINE);
    setDefault(batchSize, 1);
    setDefault(batchifier, BATCHIFIER);
    setDefault(translatorFactory, TRANSLATOR_FACTORY);
    setDefault(video, false);
    setDefault(outputCol, "predictions");
    setDefault(methods, new String[] {"none"});
    setDefault(reduceBy, Choice.spelling(ReduceBy.EACH));
    setDefault(device, Choice.spelling(DeviceChoice.AUTO));
    setDefault(dtype, Choice.spelling(DtypeChoice.AUTO));
    setDefault(quantize, Quantization.NONE.label());
    setDefault(imageAspect, Choice.spelling(ImageAspect.AUTO));
    setDefault(minPixels, 0);
    setDefault(maxPixels, 0);
    setDefault(square, 0);
    setDefault(mrope, Choice.spelling(TimeRule.TRANSFORMERS));
    setDefault(maxNewTokens, 0);
    setDefault(endpointRequests, 1);
    setDefault(videoAs, Choice.spelling(VideoAs.PICTURES));
    setDefault(timing, Choice.spelling(Timing.SHARED));
    setDefault(timingBatch, 1);
    setDefault(margins, false);
    setDefault(conversation, ConversationTemplate.AUTO);
    setDefault(modelSha256, WeightsPin.NONE.sha256());
    setDefault(clipSha256, new String[0]);
  }

  @Override
  public final String uid() {
    return uid;
  }

  public final Param<String> modelUrl() {
    return modelUrl;
  }

  public final Param<String> engine() {
    return engine;
  }

  public final IntParam batchSize() {
    return batchSize;
  }

  public final Param<String> batchifier() {
    return batchifier;
  }

  public final Param<String> translatorFactory() {
    return translatorFactory;
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
    return reduceBy;
  }

  public final Param<String> device() {
    return device;
  }

  public final Param<String> dtype() {
    return dtype;
  }

  public final Param<String> quantize() {
    return quantize;
  }

  public final Param<String> imageAspect() {
    return imageAspect;
  }

  public final IntParam minPixels() {
    return minPixels;
  }

  public final IntParam maxPixels() {
    return maxPixels;
  }

  public final IntParam square() {
    return square;
  }

  public final Param<String> mrope() {
    return mrope;
  }

  public final IntParam maxNewTokens() {
    return maxNewTokens;
  }

  public final IntParam endpointRequests() {
    return endpointRequests;
  }

  public final Param<String> videoAs() {
    return videoAs;
  }

  public final Param<String> timing() {
    return timing;
  }

  public final IntParam timingBatch() {
    return timingBatch;
  }

  public final BooleanParam margins() {
    return margins;
  }

  public final Param<String> conversation() {
    return conversation;
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
            String.format(Locale.ROOT, "Cannot pin a CLIP folder by '%s': write HEX DIR", pin));
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

    /** Returns a text that has one value. */
    Param<String> only(String name, String doc, String value) {
      Check<String> equal =
          given -> {
            if (!given.equals(value)) {
              throw new IllegalArgumentException(
                  String.format(Locale.ROOT, "Unknown %s '%s'; known: %s", name, given, value));
            }
            return true;
          };
      return new Param<>(uid, name, doc + " (" + value + ")", equal);
    }

    /** Returns a whole number from the least to the most. */
    IntParam number(String name, String doc, int least, int most) {
      Check<Object> inRange =
          given -> {
            int value = (Integer) given;
            if (value < least || value > most) {
              throw new IllegalArgumentException(
                  String.format(Locale.ROOT, "Cannot set %s to %d: %s", name, value, doc));
            }
            return true;
          };
      return new IntParam(uid, name, doc, inRange);
    }

    /** Returns one of an enum's values, by its spelling. */
    <E extends Enum<E>> Param<String> choice(String name, String doc, Class<E> type) {
      return text(name, doc, given -> Choice.of(type, name, given));
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
