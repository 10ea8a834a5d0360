package io.prumerge.settings;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.config.TimeRule;
import io.prumerge.console.Setting;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.Timing;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.report.RunAnswers;
import io.prumerge.store.Json;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameRuleNames;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import io.prumerge.zoo.TypedSetting;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A setting of a run: its flag with what help says of it, its key in a job's file and in the run's
 * record, its form with the bounds of its values, its default, and the models that it counts for.
 *
 * <p>To add one, declare it here and list it in {@link #all}: then the commands have its flag and
 * sweep files its key, and it is checked, recorded, compared when the run is resumed, and named in
 * refusals. What is left is the code that obeys it, and a method of {@code io.prumerge.Evaluation}
 * for callers from code.
 *
 * @param <T> type of the values, which have {@code equals}
 */
public final class RunSetting<T> {

  /** The models for whose runs a setting is recorded. */
  private enum Models {
    /** It changes no answer. */
    NONE,
    ALL,
    /** Checkpoints. */
    LOCAL,
    /** Models behind endpoints. */
    ENDPOINT
  }

  /** The answers of a run that another value of a setting may change. */
  private enum Answers {
    NONE,
    /** Those of which the keys of the questions say what follows from the value. */
    SOME,
    ALL
  }

  /** Records of builds before it may lack a setting. */
  private static final String FIRST_RELEASE = "0.1.0";

  /** Requests under way if nothing is said: few enough for a service with a rate limit. */
  private static final int REQUESTS = 8;

  /** Far more chunks than any run gains from, and few enough for the driver's lists of them. */
  private static final int MOST_CHUNKS = 100_000;

  /** More repetitions than any spread of figures needs. */
  private static final int MOST_REPEATS = 1000;

  /** What help says of a file of published figures. */
  public static final String PUBLISHED_HELP =
      "CSV, TSV or YAML of published figures, which the report puts beside its own, with the"
          + " differences.";

  /** What help says of the rule by which a served model makes visual tokens. */
  public static final String TOKENS_BY_HELP =
      "Rule by which the served model makes visual tokens of a picture, such as gemma-4 or"
          + " pixtral:longest_edge=512, or a checkpoint's folder or name here; default: as the"
          + " model's name tells.";

  // In the order of records.

  public static final RunSetting<DeviceChoice> DEVICE =
      loading(Setting.DEVICE, LoadSettings.DEVICE)
          .help("auto|cpu|cuda", "Default auto: the CUDA device that Spark assigns, else the CPU.")
          .inEveryJob()
          .recorded(Models.LOCAL)
          .declare();

  public static final RunSetting<DtypeChoice> DTYPE =
      loading(Setting.DTYPE, LoadSettings.DTYPE)
          .help(
              "auto|fp32|bf16|fp16",
              "Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs;"
                  + " fp16 checkpoints stay fp16 on GPUs.")
          .inEveryJob()
          .recorded(Models.LOCAL)
          .declare();

  /** Of the decoder's products. Each model of a run has its own, one of {@link #QUANTIZATIONS}. */
  public static final RunSetting<Quantization> QUANTIZE =
      loading(Setting.QUANTIZE, LoadSettings.QUANTIZE)
          .recorded(Models.LOCAL)
          .since(FIRST_RELEASE)
          .declare();

  /** Stand for as many models. */
  public static final RunSetting<List<Quantization>> QUANTIZATIONS =
      new Declaration<>(
              Setting.QUANTIZE, SettingForm.listOf(SettingForm.choice(Quantization.class)))
          .defaultValue(List.of(QUANTIZE.defaultValue()))
          .help(
              "none|int8",
              "Weight precision of the decoder's layers; several stand for as many models. Default"
                  + " none: that of --dtype. int8, activations too: on processors with VNNI.")
          .declare();

  public static final RunSetting<ImageAspect> IMAGE_ASPECT =
      loading(Setting.IMAGE_ASPECT, LoadSettings.IMAGE_ASPECT)
          .help("auto|pad|crop", "Default auto: the setting in the checkpoint's files.")
          .inEveryJob()
          .recorded(Models.LOCAL)
          .leftToModel()
          .declare();

  /** Name of the conversation template. */
  public static final RunSetting<String> CONVERSATION =
      new Declaration<>(Setting.CONV_MODE, SettingForm.text())
          .loading(LoadSettings.CONVERSATION)
          .help(
              "auto|NAME",
              "Conversation template. Default auto: the model's own, or that of its adapter's"
                  + " training.")
          .inEveryJob()
          .recordedAs("conversation", Models.LOCAL)
          .leftToModel()
          .declare();

  /** Questions that methods look at, if they look at any. */
  public static final RunSetting<ReduceBy> REDUCE_BY =
      choice(Setting.REDUCE_BY, ReduceBy.EACH)
          .help(
              "each|first",
              "Question that methods look at: each its own (default), or the image's first one,"
                  + " whose kept tokens all its questions share. Changes nothing for methods that"
                  + " do not look at questions.")
          .recorded(Models.LOCAL)
          .changes(Answers.SOME)
          .declare();

  /** How questions with lettered options are answered. */
  public static final RunSetting<AnswerBy> ANSWER_BY =
      choice(Setting.ANSWER_BY, AnswerBy.TEXT)
          .help(
              "text|letter-logits",
              "How questions with lettered options are answered: by generated text (default), or by"
                  + " the letter whose token has the highest logit after the prompt, without"
                  + " generating. Other questions are answered by text.")
          .recorded(Models.LOCAL)
          .changes(Answers.SOME)
          .since(FIRST_RELEASE)
          .declare();

  /** Questions per benchmark, or slightly more: an image keeps all its questions; 0: all. */
  public static final RunSetting<Long> LIMIT =
      new Declaration<>(Setting.LIMIT, SettingForm.longCount())
          .defaultValue(0L)
          .help(
              "N",
              "Stop after N questions per benchmark, or slightly more: an image keeps all its"
                  + " questions, and a unit that is scored as one, such as a pair of MME, all its"
                  + " images.")
          .recorded(Models.ALL)
          .changes(Answers.NONE)
          .declare();

  /** Token budget of every question; 0: each benchmark's own. */
  public static final RunSetting<Integer> MAX_NEW_TOKENS =
      count(Setting.MAX_NEW_TOKENS)
          .defaultValue(0)
          .help("N", "Token budget of every answer, in place of each benchmark's own.")
          .recorded(Models.ALL)
          .changes(Answers.SOME)
          .declare();

  /** How answers are timed. */
  public static final RunSetting<Timing> TIMING =
      choice(Setting.TIMING, Timing.SHARED)
          .help(
              "shared|alone",
              "How answers are timed: while what several of them need runs once (default), or one"
                  + " question under one method at a time, in one lane, after a warm-up.")
          .recorded(Models.ALL)
          .changes(Answers.NONE)
          .since(FIRST_RELEASE)
          .declare();

  /** Images at a time where answers are timed alone. */
  public static final RunSetting<Integer> TIMING_BATCH =
      count(Setting.TIMING_BATCH)
          .defaultValue(1)
          .help("N", "Images at a time with --timing alone; default 1.")
          .recorded(Models.ALL)
          .changes(Answers.NONE)
          .since(FIRST_RELEASE)
          .declare();

  /** Fewest pixels of a picture that keeps its own size; 0: as the model's files say. */
  public static final RunSetting<Integer> MIN_PIXELS =
      pixels(
          Setting.MIN_PIXELS,
          LoadSettings.MIN_PIXELS,
          "Fewest pixels of a resized picture, for models that see pictures at their own size;"
              + " default: as the model's files say.");

  /** Most pixels, likewise. */
  public static final RunSetting<Integer> MAX_PIXELS =
      pixels(
          Setting.MAX_PIXELS,
          LoadSettings.MAX_PIXELS,
          "Most pixels of a resized picture, for models that see pictures at their own size;"
              + " default: as the model's files say.");

  /** Side of the square that every picture is padded and resized to; 0: none. */
  public static final RunSetting<Integer> SQUARE =
      pixels(
          Setting.SQUARE,
          LoadSettings.SQUARE,
          "Pads every picture to a square and resizes it to N pixels a side, for models that see"
              + " pictures at their own size.");

  /**
   * The user's label of what the endpoints serve, since weights elsewhere cannot be hashed; empty
   * without one.
   */
  public static final RunSetting<String> ENDPOINT_VERSION =
      new Declaration<>(Setting.ENDPOINT_VERSION, SettingForm.text())
          .defaultValue("")
          .help(
              "TEXT",
              "Label of what the endpoints serve; required with --answer-cache, which reuses"
                  + " answers under the same label only.")
          .notInFiles()
          .recorded(Models.ENDPOINT)
          .declare();

  /** How an endpoint is sent videos. */
  public static final RunSetting<VideoAs> VIDEO_AS =
      choice(Setting.VIDEO_AS, VideoAs.PICTURES)
          .help(
              "pictures|frames",
              "How a model behind an endpoint is sent a video: each frame as a picture (default),"
                  + " or all as one video of JPEG frames, which vLLM reads.")
          .recorded(Models.ENDPOINT)
          .since(FIRST_RELEASE)
          .declare();

  /** How the times of a video's frames become whole numbers. */
  public static final RunSetting<TimeRule> MROPE =
      loading(Setting.MROPE, LoadSettings.MROPE)
          .help(
              "transformers|published",
              "How the times of a video's frames become whole numbers, for models whose positions"
                  + " have seconds. Default transformers: seconds are truncated before they are"
                  + " multiplied; published: the product is.")
          .inEveryJob()
          .recorded(Models.LOCAL)
          .since(FIRST_RELEASE)
          .declare();

  /** Other servers of a model behind an endpoint. Of a run's models only the first has some. */
  public static final RunSetting<List<NamedModel>> SERVERS =
      new Declaration<>(
              Setting.AS,
              SettingForm.listOf(SettingForm.parsed(NamedModel.class, NamedModel::parse)))
          .defaultValue(List.of())
          .help(
              "LABEL=MODEL",
              "Other servers of the first model, which is behind an endpoint:"
                  + " LABEL=openai:URL#NAME. Their answers are that model's under the method LABEL"
                  + " (a-z, 0-9 and -).")
          .recordedAs("servers", Models.ENDPOINT)
          .changes(Answers.SOME)
          .since(FIRST_RELEASE)
          .declare();

  /** Names of the rules by which frames of videos are chosen; none: any. */
  public static final RunSetting<List<String>> FRAMES_BY =
      new Declaration<>(
              Setting.FRAMES_BY, SettingForm.listOf(SettingForm.text(new FrameRuleNames())))
          .defaultValue(List.of())
          .help(
              "RULE[:N]",
              "How the frames of videos are chosen, by rules that prepare was given:"
                  + " ${COMPLETION-CANDIDATES}. Each may have its number, such as lmms-eval:8 or"
                  + " vlmevalkit:2fps; each without one goes with each number of --frames. Every"
                  + " such protocol is a run of each model. Default: all that the examples have.")
          .declare();

  /** Numbers of frames, or of frames per second; none: any. */
  public static final RunSetting<List<String>> FRAMES =
      new Declaration<>(Setting.FRAMES, SettingForm.listOf(SettingForm.numberOrText("2fps")))
          .defaultValue(List.of())
          .help(
              "N|Rfps",
              "Number of frames that are chosen of a video, or how many a second, by the rules of"
                  + " --frames-by that have none.")
          .declare();

  /** Share of error rows above which a run fails. */
  public static final RunSetting<Double> MAX_ERROR_RATE =
      new Declaration<>(Setting.MAX_ERROR_RATE, SettingForm.share())
          .defaultValue(RunAnswers.MOST_ERRORS)
          .help(
              "SHARE",
              "Fail if a larger share of answers are errors; default "
                  + RunAnswers.MOST_ERRORS
                  + ".")
          .declare();

  /** How often all questions are asked again; 0: never. */
  public static final RunSetting<Integer> REPEAT =
      count(Setting.REPEAT, MOST_REPEATS)
          .defaultValue(0)
          .help(
              "N",
              "Ask all questions N times more, in other orders and batches, to see how many answers"
                  + " and how far figures change by that alone.")
          .declare();

  /** Parts that are committed one by one; by default by the number of images or frames. */
  public static final RunSetting<Integer> CHUNKS =
      count(Setting.CHUNKS, MOST_CHUNKS)
          .help(
              "N",
              "Number of parts that are committed one by one, for --resume; default: by the number"
                  + " of images, or of videos' frames.")
          .notInFiles()
          .declare();

  /** By default by the task slots. */
  public static final RunSetting<Integer> PARTITIONS =
      count(Setting.PARTITIONS, MOST_CHUNKS).help("N", "Tasks per chunk.").notInFiles().declare();

  /** Folder with answers of other runs, which are reused; none by default. */
  public static final RunSetting<String> ANSWER_CACHE =
      new Declaration<>(Setting.ANSWER_CACHE, SettingForm.text())
          .help(
              "DIR",
              "Reuse answers of other runs in this folder and add new ones; requires --device and"
                  + " --dtype other than auto.")
          .notInFiles()
          .declare();

  /** Requests under way at an endpoint at most, over all executors. */
  public static final RunSetting<Integer> ENDPOINT_REQUESTS =
      count(Setting.ENDPOINT_REQUESTS)
          .defaultValue(REQUESTS)
          .help(
              "N",
              "Requests under way at an endpoint at most, over all executors; default "
                  + REQUESTS
                  + ".")
          .notInFiles()
          .declare();

  /** What is found out of a server's budgets before the run. */
  public static final RunSetting<BudgetCheck> PROBE =
      choice(Setting.PROBE, BudgetCheck.BUDGETS)
          .help(
              "budgets|none",
              "Whether a server under budgets of visual tokens is asked before the run for each"
                  + " with four made pictures, to tell whether it counts what it is asked for"
                  + " (default: budgets).")
          .notInFiles()
          .declare();

  /** How many texts a server under budgets is asked for the tokens of. */
  public static final RunSetting<WordSample> COUNT =
      new Declaration<>(Setting.COUNT, SettingForm.parsed(WordSample.class, WordSample::parse))
          .defaultValue(WordSample.USUAL)
          .help(
              "N|all",
              "Distinct texts of questions whose words alone a server under budgets is asked for"
                  + " the tokens of, where it states none of pictures: then its count of these"
                  + " questions' pictures is known; default "
                  + WordSample.USUAL
                  + ".")
          .notInFiles()
          .declare();

  /** Rule by which a served model makes visual tokens of a picture; its name's by default. */
  public static final RunSetting<String> TOKENS_BY =
      new Declaration<>(Setting.TOKENS_BY, SettingForm.text())
          .help("RULE", TOKENS_BY_HELP)
          .declare();

  /** File of published figures beside which the run's are put; none by default. */
  public static final RunSetting<String> PUBLISHED =
      new Declaration<>(Setting.PUBLISHED, SettingForm.text())
          .help("FILE", PUBLISHED_HELP)
          .declare();

  private static final List<RunSetting<?>> ALL =
      List.of(
          DEVICE,
          DTYPE,
          QUANTIZE,
          QUANTIZATIONS,
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
          SERVERS,
          FRAMES_BY,
          FRAMES,
          MAX_ERROR_RATE,
          REPEAT,
          CHUNKS,
          PARTITIONS,
          ANSWER_CACHE,
          ENDPOINT_REQUESTS,
          PROBE,
          COUNT,
          TOKENS_BY,
          PUBLISHED);

  private final Setting name;
  private final SettingForm<T> form;
  private final Optional<T> defaultValue;
  private final Optional<TypedSetting<T>> loadSetting;
  private final Optional<Help> help;
  private final boolean inFiles;
  private final boolean inEveryJob;
  private final String recordKey;
  private final Models models;
  private final Answers changed;
  private final Optional<String> since;
  private final boolean leftToModel;

  private RunSetting(Declaration<T> declared) {
    this.name = declared.name;
    this.form = declared.form;
    this.defaultValue = Optional.ofNullable(declared.defaultValue);
    this.loadSetting = Optional.ofNullable(declared.loadSetting);
    this.help = Optional.ofNullable(declared.help);
    this.inFiles = declared.inFiles;
    this.inEveryJob = declared.inEveryJob;
    this.recordKey = declared.recordKey;
    this.models = declared.models;
    this.changed = declared.changed;
    this.since = Optional.ofNullable(declared.since);
    this.leftToModel = declared.leftToModel;
  }

  private static <E extends Enum<E>> Declaration<E> choice(Setting name, E defaultValue) {
    return new Declaration<>(name, SettingForm.choice(defaultValue.getDeclaringClass()))
        .defaultValue(defaultValue);
  }

  private static Declaration<Integer> count(Setting name) {
    return count(name, Integer.MAX_VALUE);
  }

  private static Declaration<Integer> count(Setting name, int most) {
    return new Declaration<>(name, SettingForm.count(most));
  }

  private static <E extends Enum<E>> Declaration<E> loading(Setting name, TypedSetting<E> loads) {
    return new Declaration<>(name, SettingForm.choice(loads.defaultValue().getDeclaringClass()))
        .loading(loads);
  }

  private static RunSetting<Integer> pixels(
      Setting name, TypedSetting<Integer> loads, String help) {
    return count(name)
        .loading(loads)
        .help("N", help)
        .inEveryJob()
        .recorded(Models.LOCAL)
        .since(FIRST_RELEASE)
        .leftToModel()
        .declare();
  }

  /** Returns all settings in the order of their declarations. */
  static List<RunSetting<?>> all() {
    return ALL;
  }

  /** Returns the settings of every job that runs a model, training and explaining included. */
  static List<RunSetting<?>> ofEveryJob() {
    return ALL.stream().filter(setting -> setting.inEveryJob).toList();
  }

  /** Returns the settings that a run's record has, in its order. */
  static List<RunSetting<?>> recorded() {
    return ALL.stream().filter(setting -> setting.models != Models.NONE).toList();
  }

  /** Returns the key in a run's record. */
  String key() {
    return recordKey;
  }

  /** Returns the name of the predictor's parameter, if it has one. */
  String parameter() {
    return Setting.inCode(recordKey);
  }

  /** Returns the key in a job's file; empty if files do not say it. */
  Optional<String> fileKey() {
    return help.isPresent() && inFiles ? Optional.of(key(name)) : Optional.empty();
  }

  private static String key(Setting name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name that callers know it by. */
  Setting setting() {
    return name;
  }

  /**
   * Returns the value where none is given.
   *
   * @throws java.util.NoSuchElementException if there is none then
   */
  T defaultValue() {
    return defaultValue.orElseThrow();
  }

  /** Returns whether it counts for a model. */
  boolean countsFor(boolean behindEndpoint) {
    return models == Models.ALL || models == (behindEndpoint ? Models.ENDPOINT : Models.LOCAL);
  }

  /** Returns whether another value may change an answer of the same run. */
  boolean changesAnswers() {
    return changed != Answers.NONE;
  }

  /** Returns whether another value may change any answer, so that no key lacks it. */
  boolean changesAllAnswers() {
    return changed == Answers.ALL;
  }

  /** Returns whether it is a setting of how a model is loaded. */
  boolean isLoadSetting(TypedSetting<?> setting) {
    return loadSetting.filter(setting::equals).isPresent();
  }

  /** Returns whether its default leaves it to the model's files. */
  boolean mayBeLeftToModel() {
    return leftToModel;
  }

  /** Returns whether a value leaves it to the model's files. */
  boolean isLeftToModel(T value) {
    return leftToModel && value.equals(defaultValue());
  }

  /** Returns the command line's option; empty if there is none. */
  Optional<OptionSpec> option(IGetter getter, ISetter setter) {
    return help.map(
        text -> {
          OptionSpec.Builder option =
              OptionSpec.builder(name.flag())
                  .paramLabel(text.label())
                  .description(text.description())
                  .getter(getter)
                  .setter(setter);
          form.describe(option);
          return option.build();
        });
  }

  /**
   * Refuses a value out of its bounds.
   *
   * @throws io.prumerge.console.UsageException with the setting as the caller knows it
   */
  void require(T value) {
    form.require(name, value);
  }

  /** Returns what a record has of a value: a text, a number or a list of texts. */
  Object written(T value) {
    return form.written(value);
  }

  /** Returns what a record has if the setting does not count. */
  Object blank() {
    return form.blank();
  }

  /**
   * Returns the value that a job's file has.
   *
   * @throws IllegalArgumentException with the file's key, if the node has no value
   */
  T inFile(JsonNode node) {
    return form.read(key(name), node);
  }

  /**
   * Returns the value that a record has.
   *
   * @param node null in records of versions that did not know the setting
   * @throws IllegalArgumentException with the record's key, if the record has none, or something
   *     else
   */
  T read(JsonNode node) {
    if (node == null) {
      if (since.isEmpty()) {
        throw new IllegalArgumentException(recordKey + " is missing");
      }
      return defaultValue();
    }
    boolean isDefault = node.toString().equals(Json.line(form.written(defaultValue())));
    return isDefault ? defaultValue() : form.read(recordKey, node);
  }

  @Override
  public String toString() {
    return recordKey;
  }

  /**
   * What help says of a flag.
   *
   * @param label of the value
   */
  private record Help(String label, String description) {}

  /** What is declared of a setting. */
  private static final class Declaration<T> {

    private final Setting name;
    private final SettingForm<T> form;
    private T defaultValue;
    private TypedSetting<T> loadSetting;
    private Help help;
    private boolean inFiles = true;
    private boolean inEveryJob;
    private String recordKey;
    private Models models = Models.NONE;
    private Answers changed = Answers.NONE;
    private String since;
    private boolean leftToModel;

    Declaration(Setting name, SettingForm<T> form) {
      this.name = name;
      this.form = form;
      this.recordKey = key(name);
    }

    /** Has a default. */
    Declaration<T> defaultValue(T value) {
      defaultValue = value;
      return this;
    }

    /** Says how a model is loaded, with that one's default. */
    Declaration<T> loading(TypedSetting<T> setting) {
      loadSetting = setting;
      return defaultValue(setting.defaultValue());
    }

    /** Has a flag, and a key in jobs' files. */
    Declaration<T> help(String label, String description) {
      help = new Help(label, description);
      return this;
    }

    /** Depends on where a job runs, which is not a file's to say. */
    Declaration<T> notInFiles() {
      inFiles = false;
      return this;
    }

    /** Is asked of every job that runs a model. */
    Declaration<T> inEveryJob() {
      inEveryJob = true;
      return this;
    }

    /** A resumed run keeps it, and answers are known by it unless {@link #changes} says other. */
    Declaration<T> recorded(Models of) {
      models = of;
      changed = Answers.ALL;
      return this;
    }

    /** Is recorded by another name. */
    Declaration<T> recordedAs(String key, Models of) {
      recordKey = key;
      return recorded(of);
    }

    /** Says of what is recorded which answers may be others under another value. */
    Declaration<T> changes(Answers answers) {
      changed = answers;
      return this;
    }

    /** Records of builds before a version may lack it: their runs had the default. */
    Declaration<T> since(String version) {
      since = version;
      return this;
    }

    /** The default stands for what the model's files say. */
    Declaration<T> leftToModel() {
      leftToModel = true;
      return this;
    }

    RunSetting<T> declare() {
      return new RunSetting<>(this);
    }
  }
}
