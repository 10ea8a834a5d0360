package io.prumerge.spark;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.LoadSettings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * LLaVA as a spark.ml transformer: asks every prompt of a row about the row's image under every
 * method, and appends the answers and their costs ({@link PredictionRows}).
 *
 * <p>Parameter names are those of the DJL Spark extension. Unlike there, a JVM loads the model once
 * for all its tasks, a task runs on the device that Spark assigned to it, an image that cannot be
 * answered gives a prediction with an {@code error}, and the transformer can be saved. A wrong
 * model or device fails the task. A model may also be one behind an OpenAI-compatible service,
 * spelled {@code openai:URL#NAME}; then pictures and prompts leave this cluster.
 */
public final class LlavaPredictor extends LlavaParams implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  /**
   * A column of times that says, besides the frames' {@code seconds}, how many frames per second
   * they are ({@code fps}; null: as the seconds say), and whether both follow from an assumption.
   * Frames of unknown seconds stand at the distance that {@code fps} says.
   */
  public static final StructType TIMES =
      new StructType()
          .add("seconds", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("fps", DataTypes.DoubleType)
          .add("assumed", DataTypes.BooleanType);

  private ModelFiles files = ModelFiles.ANY;
  private LongAccumulator made;

  /** Creates a predictor with a new name; the caller sets model and columns. */
  public LlavaPredictor() {
    this(Identifiable$.MODULE$.randomUID("llava"));
  }

  /** Creates a predictor with the given name; spark.ml calls this when it loads one. */
  public LlavaPredictor(String uid) {
    super(uid);
  }

  /** Returns a reader of saved predictors; spark.ml looks for it by name. */
  public static MLReader<LlavaPredictor> read() {
    return new DefaultParamsReader<>();
  }

  /** Returns the predictor saved at {@code path}. */
  public static LlavaPredictor load(String path) {
    return read().load(path);
  }

  @Override
  public LlavaPredictor copy(ParamMap extra) {
    LlavaPredictor copy = defaultCopy(extra);
    return copy.answeringBy(files).countingBy(made);
  }

  /**
   * Appends the predictions; lazy, like every transformation. Rows stay in their partitions, and
   * each partition's rows are answered in order. Rows with the same images that follow each other
   * are asked together, and the images are encoded once.
   *
   * @throws IllegalArgumentException for a column or parameter that is missing or wrong
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType output = transformSchema(schema);
    List<MethodSpec> specs = specs();
    PredictPartition partition =
        new PredictPartition(
            settings(),
            value(AskSettings.ENDPOINT_REQUESTS),
            value(AskSettings.VIDEO_AS),
            specs.stream().map(MethodSpec::toString).toList(),
            value(AskSettings.REDUCE_BY),
            specs.stream().flatMap(ScriptSpecs::of).distinct().toList(),
            new PredictInput(
                schema.fieldIndex($(inputCol())),
                (Boolean) $(video()),
                index(schema, timesCol()),
                schema.fieldIndex($(promptCol())),
                index(schema, maxNewTokensCol()),
                index(schema, lettersCol()),
                value(AskSettings.MAX_NEW_TOKENS),
                (Boolean) $(margins())),
            timingPlan(),
            made);
    return dataset.toDF().mapPartitions(partition, Encoders.row(output));
  }

  /**
   * Begins to load the model in the background, for a driver in local mode that is going to write
   * what {@link #transform} returns: Spark plans that meanwhile.
   */
  public void preload() {
    settings().preload(timingPlan());
  }

  private TimingPlan timingPlan() {
    TimingPlan plan = new TimingPlan(value(AskSettings.TIMING), value(AskSettings.TIMING_BATCH));
    if (plan.isAlone() && value(AskSettings.REDUCE_BY) == ReduceBy.FIRST) {
      throw new IllegalArgumentException(
          "Cannot let a row's first question decide where timing is alone: each question is asked"
              + " by itself; leave reduceBy at each");
    }
    return plan;
  }

  private int index(StructType schema, Param<String> column) {
    return isSet(column) ? schema.fieldIndex($(column)) : PredictInput.NO_COLUMN;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    InputColumns columns = new InputColumns(this, schema);
    requireEndpoint(columns.required(modelUrl()));
    columns.check();
    return schema.add($(outputCol()), PredictionRows.PREDICTIONS, false);
  }

  private ModelSettings settings() {
    return new ModelSettings(
        $(modelUrl()),
        LoadSettings.of(this::value),
        new WeightsPin($(modelSha256())),
        files,
        clips($(clipSha256())));
  }

  /**
   * Refuses methods behind an endpoint, as the tokens of a model there cannot be reduced here, and
   * letters, as its logits are not seen.
   */
  private void requireEndpoint(String model) {
    if (!Endpoint.isNamedBy(model)) {
      return;
    }
    Endpoint endpoint = Endpoint.parse(model);
    if (isSet(lettersCol())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot ask %s for letters of %s: a model behind an endpoint answers with text, and"
                  + " its logits are not seen",
              endpoint, $(lettersCol())));
    }
    List<MethodSpec> others =
        specs().stream().filter(spec -> !TokenReducers.of(spec).isSent()).toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot ask %s under %s: a model behind an endpoint has the methods none, request,"
                  + " and resize with pixels or longest",
              endpoint,
              others.stream().map(MethodSpec::toString).collect(Collectors.joining(", "))));
    }
  }

  /**
   * Refuses other files of the model than those that this process has read. No parameter, because
   * it is not saved: {@code modelSha256} is.
   */
  public LlavaPredictor answeringBy(ModelFiles read) {
    files = read;
    return this;
  }

  /**
   * Counts the answers of models that run in tasks as they are made, before all of a row's are. No
   * parameter, because it is not saved.
   *
   * @param answers of this session; null: nobody asks
   */
  public LlavaPredictor countingBy(LongAccumulator answers) {
    made = answers;
    return this;
  }

  private <T> LlavaPredictor with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  public LlavaPredictor setModelUrl(String value) {
    return with(modelUrl(), value);
  }

  public LlavaPredictor setEngine(String value) {
    return with(engine(), value);
  }

  public LlavaPredictor setBatchSize(int value) {
    return with(batchSize(), value);
  }

  public LlavaPredictor setBatchifier(String value) {
    return with(batchifier(), value);
  }

  public LlavaPredictor setTranslatorFactory(String value) {
    return with(translatorFactory(), value);
  }

  public LlavaPredictor setInputCol(String value) {
    return with(inputCol(), value);
  }

  /** Sets whether the images of a row are the frames of one video. */
  public LlavaPredictor setVideo(boolean value) {
    return with(video(), value);
  }

  /** Sets the column with the seconds of the frames of each row's video. */
  public LlavaPredictor setTimesCol(String value) {
    return with(timesCol(), value);
  }

  public LlavaPredictor setOutputCol(String value) {
    return with(outputCol(), value);
  }

  public LlavaPredictor setPromptCol(String value) {
    return with(promptCol(), value);
  }

  public LlavaPredictor setMaxNewTokensCol(String value) {
    return with(maxNewTokensCol(), value);
  }

  public LlavaPredictor setLettersCol(String value) {
    return with(lettersCol(), value);
  }

  public LlavaPredictor setMethods(String... value) {
    return with(methods(), value);
  }

  public LlavaPredictor setReduceBy(String value) {
    return with(reduceBy(), value);
  }

  public LlavaPredictor setDevice(String value) {
    return with(device(), value);
  }

  public LlavaPredictor setDtype(String value) {
    return with(dtype(), value);
  }

  public LlavaPredictor setQuantize(String value) {
    return with(quantize(), value);
  }

  public LlavaPredictor setImageAspect(String value) {
    return with(imageAspect(), value);
  }

  public LlavaPredictor setMinPixels(int value) {
    return with(minPixels(), value);
  }

  public LlavaPredictor setMaxPixels(int value) {
    return with(maxPixels(), value);
  }

  public LlavaPredictor setSquare(int value) {
    return with(square(), value);
  }

  public LlavaPredictor setMrope(String value) {
    return with(mrope(), value);
  }

  public LlavaPredictor setMaxNewTokens(int value) {
    return with(maxNewTokens(), value);
  }

  public LlavaPredictor setEndpointRequests(int value) {
    return with(endpointRequests(), value);
  }

  public LlavaPredictor setVideoAs(String value) {
    return with(videoAs(), value);
  }

  public LlavaPredictor setTiming(String value) {
    return with(timing(), value);
  }

  public LlavaPredictor setTimingBatch(int value) {
    return with(timingBatch(), value);
  }

  public LlavaPredictor setMargins(boolean value) {
    return with(margins(), value);
  }

  public LlavaPredictor setConversation(String value) {
    return with(conversation(), value);
  }

  public LlavaPredictor setModelSha256(String value) {
    return with(modelSha256(), value);
  }

  public LlavaPredictor setClipSha256(String... value) {
    return with(clipSha256(), value);
  }

  /** The columns of a table that a predictor reads, and the one that it appends. */
  private static final class InputColumns {

    private final LlavaParams params;
    private final StructType schema;

    InputColumns(LlavaParams params, StructType schema) {
      this.params = params;
      this.schema = schema;
    }

    /**
     * Refuses a table without the columns that are named, with other types, or with the output.
     *
     * @throws IllegalArgumentException naming column and parameter
     */
    void check() {
      if ((Boolean) params.getOrDefault(params.video())) {
        demandOnly(params.inputCol(), DataTypes.createArrayType(DataTypes.BinaryType));
        if (params.isSet(params.timesCol())) {
          demandOnly(params.timesCol(), DataTypes.createArrayType(DataTypes.DoubleType), TIMES);
        }
      } else {
        demand(params.inputCol(), DataTypes.BinaryType);
      }
      demand(params.promptCol(), DataTypes.StringType);
      if (params.isSet(params.maxNewTokensCol())) {
        demand(params.maxNewTokensCol(), DataTypes.IntegerType);
      }
      if (params.isSet(params.lettersCol())) {
        demand(params.lettersCol(), DataTypes.createArrayType(DataTypes.StringType));
      }
      String output = value(params.outputCol());
      for (String name : schema.fieldNames()) {
        if (name.equalsIgnoreCase(output)) {
          throw new IllegalArgumentException(
              Text.format(
                  "Cannot append outputCol '%s': the input has a column '%s' already",
                  output, name));
        }
      }
    }

    private String value(Param<String> param) {
      return params.getOrDefault(param);
    }

    /**
     * Returns a parameter's value.
     *
     * @throws IllegalArgumentException if it has none
     */
    String required(Param<String> param) {
      if (!params.isDefined(param)) {
        throw new IllegalArgumentException(
            Text.format("Cannot predict without %s: %s", param.name(), param.doc()));
      }
      return value(param);
    }

    private DataType type(Param<String> param) {
      String column = required(param);
      if (!Arrays.asList(schema.fieldNames()).contains(column)) {
        throw new IllegalArgumentException(
            Text.format(
                "Unknown column '%s' of %s; known: %s",
                column, param.name(), String.join(", ", schema.fieldNames())));
      }
      return schema.apply(column).dataType();
    }

    /** Refuses a column that has neither one value of this type nor an array of them. */
    private void demand(Param<String> param, DataType one) {
      DataType type = type(param);
      boolean many = type instanceof ArrayType array && same(array.elementType(), one);
      if (!many && !same(type, one)) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot use column '%s' as %s: it is %s, not %s or array<%s>",
                value(param),
                param.name(),
                type.simpleString(),
                one.simpleString(),
                one.simpleString()));
      }
    }

    /** Refuses a column whose values have none of these types. */
    private void demandOnly(Param<String> param, DataType... any) {
      DataType type = type(param);
      if (Arrays.stream(any).noneMatch(one -> same(type, one))) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot use column '%s' as %s of videos: it is %s, not %s",
                value(param),
                param.name(),
                type.simpleString(),
                Arrays.stream(any)
                    .map(DataType::simpleString)
                    .collect(Collectors.joining(" or "))));
      }
    }

    /** Returns whether two types are the same but for nulls. */
    private static boolean same(DataType type, DataType other) {
      return type.catalogString().equals(other.catalogString());
    }
  }
}
