package io.prumerge.spark;

import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.TimeRule;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.Timing;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageBounds;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.torch.Quantization;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
            (Integer) $(endpointRequests()),
            Choice.of(VideoAs.class, videoAs().name(), $(videoAs())),
            specs.stream().map(MethodSpec::toString).toList(),
            Choice.of(ReduceBy.class, reduceBy().name(), $(reduceBy())),
            specs.stream().flatMap(ScriptSpecs::of).distinct().toList(),
            new PredictInput(
                schema.fieldIndex($(inputCol())),
                (Boolean) $(video()),
                index(schema, timesCol()),
                schema.fieldIndex($(promptCol())),
                index(schema, maxNewTokensCol()),
                index(schema, lettersCol()),
                (Integer) $(maxNewTokens()),
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
    TimingPlan plan =
        new TimingPlan(
            Choice.of(Timing.class, timing().name(), $(timing())), (Integer) $(timingBatch()));
    if (plan.isAlone() && $(reduceBy()).equals(Choice.spelling(ReduceBy.FIRST))) {
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
        Choice.of(DeviceChoice.class, device().name(), $(device())),
        Choice.of(DtypeChoice.class, dtype().name(), $(dtype())),
        Choice.of(Quantization.class, quantize().name(), $(quantize())),
        Choice.of(ImageAspect.class, imageAspect().name(), $(imageAspect())),
        $(conversation()),
        new ImageBounds((Integer) $(minPixels()), (Integer) $(maxPixels()), (Integer) $(square())),
        Choice.of(TimeRule.class, mrope().name(), $(mrope())),
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
          String.format(
              Locale.ROOT,
              "Cannot ask %s for letters of %s: a model behind an endpoint answers with text, and"
                  + " its logits are not seen",
              endpoint,
              $(lettersCol())));
    }
    List<MethodSpec> specs = specs();
    if (!specs.equals(List.of(MethodSpec.NONE))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot ask %s under %s: a model behind an endpoint has the method none only",
              endpoint,
              specs.stream().map(MethodSpec::toString).collect(Collectors.joining(", "))));
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

  public LlavaPredictor setModelUrl(String value) {
    set(modelUrl(), value);
    return this;
  }

  public LlavaPredictor setEngine(String value) {
    set(engine(), value);
    return this;
  }

  public LlavaPredictor setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  public LlavaPredictor setBatchifier(String value) {
    set(batchifier(), value);
    return this;
  }

  public LlavaPredictor setTranslatorFactory(String value) {
    set(translatorFactory(), value);
    return this;
  }

  public LlavaPredictor setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** Sets whether the images of a row are the frames of one video. */
  public LlavaPredictor setVideo(boolean value) {
    set(video(), value);
    return this;
  }

  /** Sets the column with the seconds of the frames of each row's video. */
  public LlavaPredictor setTimesCol(String value) {
    set(timesCol(), value);
    return this;
  }

  public LlavaPredictor setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  public LlavaPredictor setPromptCol(String value) {
    set(promptCol(), value);
    return this;
  }

  public LlavaPredictor setMaxNewTokensCol(String value) {
    set(maxNewTokensCol(), value);
    return this;
  }

  public LlavaPredictor setLettersCol(String value) {
    set(lettersCol(), value);
    return this;
  }

  public LlavaPredictor setMethods(String... value) {
    set(methods(), value);
    return this;
  }

  public LlavaPredictor setReduceBy(String value) {
    set(reduceBy(), value);
    return this;
  }

  public LlavaPredictor setDevice(String value) {
    set(device(), value);
    return this;
  }

  public LlavaPredictor setDtype(String value) {
    set(dtype(), value);
    return this;
  }

  public LlavaPredictor setQuantize(String value) {
    set(quantize(), value);
    return this;
  }

  public LlavaPredictor setImageAspect(String value) {
    set(imageAspect(), value);
    return this;
  }

  public LlavaPredictor setMinPixels(int value) {
    set(minPixels(), value);
    return this;
  }

  public LlavaPredictor setMaxPixels(int value) {
    set(maxPixels(), value);
    return this;
  }

  public LlavaPredictor setSquare(int value) {
    set(square(), value);
    return this;
  }

  public LlavaPredictor setMrope(String value) {
    set(mrope(), value);
    return this;
  }

  public LlavaPredictor setMaxNewTokens(int value) {
    set(maxNewTokens(), value);
    return this;
  }

  public LlavaPredictor setEndpointRequests(int value) {
    set(endpointRequests(), value);
    return this;
  }

  public LlavaPredictor setVideoAs(String value) {
    set(videoAs(), value);
    return this;
  }

  public LlavaPredictor setTiming(String value) {
    set(timing(), value);
    return this;
  }

  public LlavaPredictor setTimingBatch(int value) {
    set(timingBatch(), value);
    return this;
  }

  public LlavaPredictor setMargins(boolean value) {
    set(margins(), value);
    return this;
  }

  public LlavaPredictor setConversation(String value) {
    set(conversation(), value);
    return this;
  }

  public LlavaPredictor setModelSha256(String value) {
    set(modelSha256(), value);
    return this;
  }

  public LlavaPredictor setClipSha256(String... value) {
    set(clipSha256(), value);
    return this;
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
              String.format(
                  Locale.ROOT,
                  "Cannot append outputCol '%s': the input has a column '%s' already",
                  output,
                  name));
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
            String.format(Locale.ROOT, "Cannot predict without %s: %s", param.name(), param.doc()));
      }
      return value(param);
    }

    private DataType type(Param<String> param) {
      String column = required(param);
      if (!Arrays.asList(schema.fieldNames()).contains(column)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Unknown column '%s' of %s; known: %s",
                column,
                param.name(),
                String.join(", ", schema.fieldNames())));
      }
      return schema.apply(column).dataType();
    }

    /** Refuses a column that has neither one value of this type nor an array of them. */
    private void demand(Param<String> param, DataType one) {
      DataType type = type(param);
      boolean many = type instanceof ArrayType array && same(array.elementType(), one);
      if (!many && !same(type, one)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
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
            String.format(
                Locale.ROOT,
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
