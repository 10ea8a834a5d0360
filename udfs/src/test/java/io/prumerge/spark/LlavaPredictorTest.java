package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@Tag("model")
class LlavaPredictorTest {

  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("image", DataTypes.BinaryType)
          .add("question", DataTypes.StringType)
          .add("questions", DataTypes.createArrayType(DataTypes.StringType))
          .add("budget", DataTypes.IntegerType)
          .add("frames", DataTypes.createArrayType(DataTypes.BinaryType))
          .add("budgets", DataTypes.createArrayType(DataTypes.IntegerType));

  private static LlavaPredictor predictor() {
    return new LlavaPredictor()
        .setModelUrl("/models/llava")
        .setInputCol("image")
        .setPromptCol("questions");
  }

  /** What is set or has a default, as it is saved. */
  static Map<String, String> values(LlavaPredictor predictor) {
    Map<String, String> values = new TreeMap<>();
    for (Param<?> param : predictor.params()) {
      if (predictor.isDefined(param)) {
        values.put(param.name(), encoded(predictor, param));
      }
    }
    return values;
  }

  private static <T> String encoded(LlavaPredictor predictor, Param<T> param) {
    return param.jsonEncode(predictor.getOrDefault(param));
  }

  @Test
  void everyParameterIsFoundAndExplained() {
    assertThat(new LlavaPredictor().params())
        .extracting(Param::name)
        .containsExactly(
            "batchSize",
            "batchifier",
            "clipSha256",
            "conversation",
            "device",
            "dtype",
            "endpointRequests",
            "engine",
            "imageAspect",
            "inputCol",
            "lettersCol",
            "margins",
            "maxNewTokens",
            "maxNewTokensCol",
            "maxPixels",
            "methods",
            "minPixels",
            "modelSha256",
            "modelUrl",
            "mrope",
            "outputCol",
            "promptCol",
            "quantize",
            "reduceBy",
            "square",
            "timesCol",
            "timing",
            "timingBatch",
            "translatorFactory",
            "video",
            "videoAs");
    assertThat(predictor().explainParams())
        .contains("engine: DJL's engine (PyTorch) (default: PyTorch)")
        .contains("current: /models/llava")
        .contains("promptCol: Column of prompts (string or array<string>) (current: questions)");
  }

  @Test
  void appendsTheDocumentedColumn() {
    StructType expected = ROWS.add("predictions", PredictionRows.PREDICTIONS, false);
    assertThat(predictor().transformSchema(ROWS)).isEqualTo(expected);
    assertThat(predictor().setPromptCol("question").transformSchema(ROWS)).isEqualTo(expected);
    assertThat(predictor().setMaxNewTokensCol("budgets").transformSchema(ROWS)).isEqualTo(expected);
    assertThat(predictor().setOutputCol("llava").transformSchema(ROWS).fieldNames())
        .endsWith("budgets", "llava");
  }

  @Test
  void refusesWrongColumns() {
    assertSchemaError(new LlavaPredictor(), "Cannot predict without modelUrl: Checkpoint folder");
    assertSchemaError(
        new LlavaPredictor().setModelUrl("m"),
        "Cannot predict without inputCol: Column of encoded");
    assertSchemaError(
        predictor().setInputCol("picture"),
        "Unknown column 'picture' of inputCol; known: id, image");
    assertSchemaError(
        predictor().setInputCol("question"),
        "Cannot use column 'question' as inputCol: it is string, not binary or array<binary>");
    assertSchemaError(
        predictor().setVideo(true),
        "Cannot use column 'image' as inputCol of videos: it is binary, not array<binary>");
    assertSchemaError(
        predictor().setVideo(true).setInputCol("frames").setTimesCol("budgets"),
        "Cannot use column 'budgets' as timesCol of videos: it is array<int>, not array<double> or"
            + " struct<seconds:array<double>,fps:double,assumed:boolean>");
    assertSchemaError(
        predictor().setPromptCol("budgets"),
        "Cannot use column 'budgets' as promptCol: it is array<int>, not string or array<string>");
    assertSchemaError(
        predictor().setMaxNewTokensCol("id"),
        "Cannot use column 'id' as maxNewTokensCol: it is bigint, not int or array<int>");
    assertSchemaError(
        predictor().setLettersCol("budgets"),
        "Cannot use column 'budgets' as lettersCol: it is array<int>, not array<string> or"
            + " array<array<string>>");
    assertSchemaError(
        predictor().setModelUrl("openai:http://localhost:1/v1#m").setLettersCol("questions"),
        "Cannot ask openai:http://localhost:1/v1#m for letters of questions: a model behind an"
            + " endpoint answers with text");
    assertSchemaError(
        predictor().setOutputCol("IMAGE"),
        "Cannot append outputCol 'IMAGE': the input has a column 'image' already");
  }

  private static void assertSchemaError(LlavaPredictor predictor, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.transformSchema(ROWS))
        .withMessageStartingWith(message);
  }

  @Test
  void refusesWrongValues() {
    LlavaPredictor predictor = new LlavaPredictor();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setEngine("MXNet"))
        .withMessage("Unknown engine 'MXNet'; known: PyTorch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setBatchSize(10))
        .withMessageStartingWith("Cannot set batchSize to 10: Image rows at a time: 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setBatchifier("stack"))
        .withMessage("Unknown batchifier 'stack'; known: none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setTranslatorFactory("a.b.C"))
        .withMessageStartingWith("Unknown translatorFactory 'a.b.C'; known: io.prumerge.zoo.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setDevice("cpus"))
        .withMessage("Unknown device 'cpus'; known: auto, cpu, cuda; did you mean cpu?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setDtype("int8"))
        .withMessage("Unknown dtype 'int8'; known: auto, fp32, bf16, fp16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setQuantize("int4"))
        .withMessageStartingWith("Unknown quantize 'int4'; known: none, int8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setImageAspect("tall"))
        .withMessage("Unknown imageAspect 'tall'; known: auto, pad, crop, anyres, stretch, native");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setMaxNewTokens(-1))
        .withMessageStartingWith("Cannot set maxNewTokens to -1: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setMethods("none", "prune"))
        .withMessageStartingWith("Unknown method 'prune'; known: ");
    assertThatIllegalArgumentException().isThrownBy(predictor::setMethods);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setClipSha256("/models/clip"))
        .withMessage("Cannot pin a CLIP folder by '/models/clip': write HEX DIR");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setClipSha256("abc /models/clip"))
        .withMessageStartingWith("Cannot pin weights to 'abc'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.setMethods("prumerge", "none", "prumerge:adaptive=true"))
        .withMessage(
            "Cannot predict with method 'prumerge' twice: 'prumerge:adaptive=true' is the same");
  }

  @Test
  void aSavedPredictorComesBack(@TempDir Path temp) throws IOException {
    LlavaPredictor predictor =
        predictor()
            .setMethods("none", "uniform:tokens=@prumerge")
            .setMaxNewTokens(7)
            .setDtype("fp32");
    String path = temp.resolve("predictor").toString();
    LocalSpark.session();
    predictor.write().save(path);
    LlavaPredictor loaded = LlavaPredictor.load(path);
    assertThat(loaded.uid()).isEqualTo(predictor.uid());
    assertThat(values(loaded)).isEqualTo(values(predictor)).containsKeys("methods", "dtype");
    assertThat(loaded.transformSchema(ROWS)).isEqualTo(predictor.transformSchema(ROWS));
  }

  /** 43623464b saved it, with another value than the default of each parameter that has two. */
  @Test
  void aPredictorOfAnEarlierVersionComesBack(@TempDir Path temp) throws IOException {
    LocalSpark.session();
    Path former =
        Path.of(System.getProperty("project.root"), "udfs/src/test/resources/saved/43623464b");
    JsonNode saved = metadata(former);

    LlavaPredictor loaded = LlavaPredictor.load(former.toString());
    loaded.write().save(temp.resolve("again").toString());

    assertThat(metadata(temp.resolve("again"))).isEqualTo(saved);
    Map<String, String> defaults = new TreeMap<>();
    saved
        .get("defaultParamMap")
        .properties()
        .forEach(one -> defaults.put(one.getKey(), one.getValue().toString()));
    assertThat(values(new LlavaPredictor())).isEqualTo(defaults);
  }

  private static JsonNode metadata(Path saved) throws IOException {
    // Spark 4 writes a table of one row, whose file has a name of its own.
    try (Stream<Path> files = Files.list(saved.resolve("metadata"))) {
      Path row =
          files.filter(one -> one.getFileName().toString().startsWith("part-")).findAny().get();
      ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(row.toFile());
      tree.remove(List.of("timestamp", "sparkVersion"));
      return tree;
    }
  }

  @Test
  void livesInASavedPipeline(@TempDir Path temp) throws IOException {
    String path = temp.resolve("pipeline").toString();
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {predictor()});
    PipelineModel model = pipeline.fit(LocalSpark.session().createDataFrame(List.of(), ROWS));
    model.write().save(path);
    assertThat(PipelineModel.load(path).stages()[0])
        .isInstanceOf(LlavaPredictor.class)
        .extracting(stage -> values((LlavaPredictor) stage))
        .isEqualTo(values((LlavaPredictor) model.stages()[0]));
  }

  @Test
  void aCopyIsIndependent() {
    LlavaPredictor original = predictor();
    LlavaPredictor copy =
        original.copy(new ParamMap().put(original.maxNewTokens(), 3)).setDevice("cpu");
    assertThat(copy.uid()).isEqualTo(original.uid());
    assertThat(copy.explainParam(copy.maxNewTokens())).contains("current: 3");
    assertThat(original.isSet(original.maxNewTokens())).isFalse();
    assertThat(original.isSet(original.device())).isFalse();
  }
}
