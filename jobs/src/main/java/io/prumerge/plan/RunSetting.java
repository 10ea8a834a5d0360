package io.prumerge.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.config.TimeRule;
import io.prumerge.console.Setting;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.Timing;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.service.Unknown;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.torch.Quantization;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A setting that the answers of a run depend on: its key in the run's record, the models that it
 * counts for, its default, how a value is written, and where the options have it.
 *
 * <p>To add one, declare it here and list it in {@link #ALL}: then it is recorded, compared when
 * the run is resumed, and named in refusals. {@link RunSettings} and {@link ModelSettings} have the
 * flags and what help says of them, {@link CountSetting} the bounds of whole numbers.
 *
 * @param <T> type of the values, which have {@code equals}
 */
public final class RunSetting<T> {

  /** The models that a setting counts for. */
  private enum Counts {
    EVERYWHERE,
    /** For a checkpoint's model. */
    HERE,
    /** For a model behind an endpoint. */
    ELSEWHERE
  }

  /**
   * How values stand in a record.
   *
   * @param blank what stands there if the setting does not count
   * @param written returns a text, a number or a list of texts
   * @param read returns the value; throws an IllegalArgumentException if it is none
   */
  private record Form<T>(Object blank, Function<T, Object> written, Function<JsonNode, T> read) {}

  private static final Form<String> TEXT = new Form<>("", text -> text, RunSetting::text);
  private static final Form<Long> LONG =
      new Form<>(0L, number -> number, node -> number(node, Long.MAX_VALUE));
  private static final Form<Integer> INT =
      new Form<>(0, number -> number, node -> Math.toIntExact(number(node, Integer.MAX_VALUE)));
  private static final Form<List<PairedServer>> SERVER_LIST =
      new Form<>(
          List.of(),
          servers -> servers.stream().map(PairedServer::toString).toList(),
          RunSetting::servers);

  public static final RunSetting<DeviceChoice> DEVICE =
      choice(Setting.DEVICE, Counts.HERE, DeviceChoice.AUTO, asked -> asked.model().device());

  public static final RunSetting<DtypeChoice> DTYPE =
      choice(Setting.DTYPE, Counts.HERE, DtypeChoice.AUTO, asked -> asked.model().dtype());

  /** Of the decoder's products. Each model of a run has its own, so that the options have many. */
  public static final RunSetting<Quantization> QUANTIZE =
      choice(Setting.QUANTIZE, Counts.HERE, Quantization.NONE, asked -> Quantization.NONE)
          .addedLater();

  public static final RunSetting<ImageAspect> IMAGE_ASPECT =
      choice(
              Setting.IMAGE_ASPECT,
              Counts.HERE,
              ImageAspect.AUTO,
              asked -> asked.model().imageAspect())
          .leftToModel();

  /** Name of the conversation template. */
  public static final RunSetting<String> CONVERSATION =
      new RunSetting<>(
              "conversation",
              Setting.CONV_MODE,
              Counts.HERE,
              TEXT,
              ConversationTemplate.AUTO,
              asked -> asked.model().conversation())
          .leftToModel();

  /** Questions that methods look at, if they look at any. */
  public static final RunSetting<ReduceBy> REDUCE_BY =
      choice(Setting.REDUCE_BY, Counts.HERE, ReduceBy.EACH, asked -> asked.questions().reduceBy());

  /** How questions with lettered options are answered. */
  public static final RunSetting<AnswerBy> ANSWER_BY =
      choice(Setting.ANSWER_BY, Counts.HERE, AnswerBy.TEXT, asked -> asked.questions().answerBy())
          .addedLater();

  /** Questions per benchmark; 0: all. */
  public static final RunSetting<Long> LIMIT =
      new RunSetting<>(
          "limit",
          Setting.LIMIT,
          Counts.EVERYWHERE,
          LONG,
          0L,
          asked -> asked.questions().limit().orElse(0));

  /** Token budget of every question; 0: each benchmark's own. */
  public static final RunSetting<Integer> MAX_NEW_TOKENS =
      new RunSetting<>(
          "max_new_tokens",
          Setting.MAX_NEW_TOKENS,
          Counts.EVERYWHERE,
          INT,
          0,
          asked -> asked.questions().maxNewTokens().orElse(0));

  /** How answers are timed. */
  public static final RunSetting<Timing> TIMING =
      choice(Setting.TIMING, Counts.EVERYWHERE, Timing.SHARED, asked -> asked.timing().timing())
          .addedLater();

  /** Images at a time where answers are timed alone. */
  public static final RunSetting<Integer> TIMING_BATCH =
      new RunSetting<>(
              "timing_batch",
              Setting.TIMING_BATCH,
              Counts.EVERYWHERE,
              INT,
              1,
              asked -> asked.timing().batch())
          .addedLater();

  /** Fewest pixels of a picture that keeps its own size; 0 where pictures do not. */
  public static final RunSetting<Integer> MIN_PIXELS =
      pixels(Setting.MIN_PIXELS, asked -> asked.model().bounds().minPixels());

  /** Most pixels, likewise. */
  public static final RunSetting<Integer> MAX_PIXELS =
      pixels(Setting.MAX_PIXELS, asked -> asked.model().bounds().maxPixels());

  /** Side of the square that every picture is padded and resized to; 0: none. */
  public static final RunSetting<Integer> SQUARE =
      pixels(Setting.SQUARE, asked -> asked.model().bounds().square());

  /** The user's label of what an endpoint serves; empty without one. */
  public static final RunSetting<String> ENDPOINT_VERSION =
      new RunSetting<>(
          "endpoint_version",
          Setting.ENDPOINT_VERSION,
          Counts.ELSEWHERE,
          TEXT,
          "",
          asked -> asked.endpoints().version().orElse(""));

  /** How an endpoint is sent videos. */
  public static final RunSetting<VideoAs> VIDEO_AS =
      choice(
              Setting.VIDEO_AS,
              Counts.ELSEWHERE,
              VideoAs.PICTURES,
              asked -> asked.endpoints().videoAs())
          .addedLater();

  /** How the times of a video's frames become whole numbers. */
  public static final RunSetting<TimeRule> MROPE =
      choice(Setting.MROPE, Counts.HERE, TimeRule.TRANSFORMERS, asked -> asked.model().mrope())
          .addedLater();

  /** Other servers of a model behind an endpoint. Of a run's models only the first has some. */
  public static final RunSetting<List<PairedServer>> SERVERS =
      new RunSetting<>(
              "servers",
              Setting.AS,
              Counts.ELSEWHERE,
              SERVER_LIST,
              List.of(),
              asked -> asked.endpoints().servers())
          .addedLater();

  /** All settings, in the order of records. */
  static final List<RunSetting<?>> ALL =
      List.of(
          DEVICE,
          DTYPE,
          QUANTIZE,
          IMAGE_ASPECT,
          CONVERSATION,
          REDUCE_BY,
          ANSWER_BY,
          LIMIT,
          MAX_NEW_TOKENS,
          TIMING,
          TIMING_BATCH,
          MIN_PIXELS,
          MAX_PIXELS,
          SQUARE,
          ENDPOINT_VERSION,
          VIDEO_AS,
          MROPE,
          SERVERS);

  private final String key;
  private final Setting name;
  private final Counts counts;
  private final Form<T> form;
  private final T otherwise;
  private final Function<RunOptions, T> chosen;
  private final boolean later;
  private final boolean left;

  private RunSetting(
      String key,
      Setting name,
      Counts counts,
      Form<T> form,
      T otherwise,
      Function<RunOptions, T> chosen) {
    this(key, name, counts, form, otherwise, chosen, false, false);
  }

  private RunSetting(
      String key,
      Setting name,
      Counts counts,
      Form<T> form,
      T otherwise,
      Function<RunOptions, T> chosen,
      boolean later,
      boolean left) {
    this.key = key;
    this.name = name;
    this.counts = counts;
    this.form = form;
    this.otherwise = otherwise;
    this.chosen = chosen;
    this.later = later;
    this.left = left;
  }

  private static <E extends Enum<E>> RunSetting<E> choice(
      Setting name, Counts counts, E otherwise, Function<RunOptions, E> chosen) {
    Class<E> type = otherwise.getDeclaringClass();
    return new RunSetting<>(
        key(name),
        name,
        counts,
        new Form<>("", Unknown::spelling, node -> Unknown.choice(type, "value", text(node))),
        otherwise,
        chosen);
  }

  private static RunSetting<Integer> pixels(Setting name, Function<RunOptions, Integer> chosen) {
    return new RunSetting<>(key(name), name, Counts.HERE, INT, 0, chosen)
        .addedLater()
        .leftToModel();
  }

  /** Returns the key of a setting in records and sweep files, unless it has one of its own. */
  static String key(Setting name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** Returns this setting, which records of the first version lack: their runs had the default. */
  private RunSetting<T> addedLater() {
    return new RunSetting<>(key, name, counts, form, otherwise, chosen, true, left);
  }

  /** Returns this setting, whose default stands for what the model's files say. */
  private RunSetting<T> leftToModel() {
    return new RunSetting<>(key, name, counts, form, otherwise, chosen, later, true);
  }

  /** Returns the key in a run's record. */
  String key() {
    return key;
  }

  /** Returns the name that callers know it by. */
  Setting setting() {
    return name;
  }

  /** Returns the value where none is given. */
  T otherwise() {
    return otherwise;
  }

  /** Returns whether it counts for a model. */
  boolean countsFor(boolean behindEndpoint) {
    return counts != (behindEndpoint ? Counts.HERE : Counts.ELSEWHERE);
  }

  /** Returns the value that all models of a run have by its options. */
  T chosen(RunOptions asked) {
    return chosen.apply(asked);
  }

  /** Returns whether a value leaves it to the model's files. */
  boolean isLeftToModel(T value) {
    return left && value.equals(otherwise);
  }

  /** Returns what a record has of a value: a text, a number or a list of texts. */
  Object written(T value) {
    return form.written().apply(value);
  }

  /** Returns what a record has if the setting does not count. */
  Object blank() {
    return form.blank();
  }

  /**
   * Returns the value that a record has.
   *
   * @param node null in records of versions that did not know the setting
   * @throws IllegalArgumentException if the record has none, or something else
   */
  T read(JsonNode node) {
    if (node == null) {
      if (!later) {
        throw new IllegalArgumentException(key + " is missing");
      }
      return otherwise;
    }
    try {
      return form.read().apply(node);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw new IllegalArgumentException("it must be a text but is " + node);
    }
    return node.textValue();
  }

  private static long number(JsonNode node, long most) {
    if (!node.canConvertToLong()
        || !node.isIntegralNumber()
        || node.longValue() < 0
        || node.longValue() > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "it must be a whole number from 0 to %d but is %s", most, node));
    }
    return node.longValue();
  }

  private static List<PairedServer> servers(JsonNode node) {
    if (!node.isArray()) {
      throw new IllegalArgumentException("it must be a list but is " + node);
    }
    Stream.Builder<PairedServer> servers = Stream.builder();
    node.forEach(one -> servers.add(PairedServer.parse(text(one))));
    return servers.build().toList();
  }

  @Override
  public String toString() {
    return key;
  }
}
