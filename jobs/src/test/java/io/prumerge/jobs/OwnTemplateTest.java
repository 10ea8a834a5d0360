package io.prumerge.jobs;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.spark.LlavaPredictor;
import io.prumerge.store.Table;
import io.prumerge.zoo.LlavaBlockFactory;
import io.prumerge.zoo.LlavaInput;
import io.prumerge.zoo.LlavaTranslatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One question about one picture through every door, none of which names a template. */
@Tag("spark")
@Tag("model")
class OwnTemplateTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens");
  private static final Path QWEN = GOLDENS.resolve("qwen/qwen2_5_vl/tied");
  private static final Path PICTURE = GOLDENS.resolve("images/square-96.png");
  private static final String QUESTION = "Is it a dog?";
  private static final String OWN = "qwen2_vl";
  private static final int TOKENS = 8;

  @TempDir private static Path shared;
  private static Path examples;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    Path images = Files.createDirectories(shared.resolve("images"));
    Files.copy(PICTURE, images.resolve("a.png"));
    Path questions =
        Files.writeString(
            shared.resolve("q.jsonl"),
            "{\"question_id\": 1, \"image\": \"a.png\", \"text\": \""
                + QUESTION
                + "\", \"answer\": \"yes\"}");
    examples = CustomExamples.prepared(questions, images, shared.resolve("examples"));
  }

  private static CommandLineRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "" + TOKENS));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static CommandLineRun evaluate(Path model, String output, String... more) {
    List<String> all = new ArrayList<>(List.of("evaluate", "--model", model.toString()));
    all.addAll(List.of("--examples", examples.toString(), "--method", "none"));
    all.addAll(List.of("--output", shared.resolve(output).toString()));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static void require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static String answer(String output) {
    List<Row> rows =
        Table.PREDICTIONS
            .read(LocalSpark.session(), List.of(shared.resolve(output) + "/predictions"))
            .collectAsList();
    assertThat(rows).hasSize(1);
    return rows.get(0).getAs("answer");
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(shared.resolve(file).toFile());
  }

  private static String template(String output) throws IOException {
    return json(output + "/manifest.json").at("/configuration/conversation").textValue();
  }

  /**
   * @param template none: nothing is said of one
   */
  private static String ofDjl(Optional<String> template) throws Exception {
    Criteria.Builder<LlavaInput, String> criteria =
        Criteria.builder()
            .setTypes(LlavaInput.class, String.class)
            .optEngine("PyTorch")
            .optDevice(Device.cpu())
            .optModelPath(QWEN)
            .optOption("hasParameter", "false")
            .optArgument("blockFactory", LlavaBlockFactory.class.getName())
            .optArgument("translatorFactory", LlavaTranslatorFactory.class.getName())
            .optArgument("maxNewTokens", "" + TOKENS);
    template.ifPresent(name -> criteria.optArgument("conversation", name));
    try (ZooModel<LlavaInput, String> model = criteria.build().loadModel();
        Predictor<LlavaInput, String> predictor = model.newPredictor()) {
      return predictor.predict(new LlavaInput(Files.readAllBytes(PICTURE), QUESTION));
    }
  }

  private static Dataset<Row> picture() throws IOException {
    return LocalSpark.session()
        .range(1)
        .select(lit(Files.readAllBytes(PICTURE)).as("image"), array(lit(QUESTION)).as("asked"));
  }

  private static String ofPredictor() throws IOException {
    LlavaPredictor predictor =
        new LlavaPredictor()
            .setModelUrl(QWEN.toString())
            .setInputCol("image")
            .setPromptCol("asked")
            .setDevice("cpu")
            .setDtype("fp32")
            .setMaxNewTokens(TOKENS);
    return predictor.transform(picture()).selectExpr("predictions[0].answer").first().getString(0);
  }

  private static String ofSql() throws IOException {
    SparkSession session = LocalSpark.session();
    picture().createOrReplaceTempView("own_template");
    try {
      session.conf().set("spark.prumerge.model", QWEN.toString());
      session.conf().set("spark.prumerge.device", "cpu");
      session.conf().set("spark.prumerge.dtype", "fp32");
      session.conf().set("spark.prumerge.maxNewTokens", "" + TOKENS);
      return session
          .sql("SELECT llava(image, asked, 'none')[0].answer FROM own_template")
          .first()
          .getString(0);
    } finally {
      Stream.of("model", "device", "dtype", "maxNewTokens")
          .forEach(name -> session.conf().unset("spark.prumerge." + name));
    }
  }

  private static String ofSweep() throws IOException {
    Path file =
        Files.writeString(
            shared.resolve("sweep.yaml"),
            """
            models: [%s]
            examples: [%s]
            methods: [none]
            device: cpu
            dtype: fp32
            max_new_tokens: %s
            """
                .formatted(QWEN, examples, TOKENS));
    require(
        CommandLineRun.of(
            "sweep", file.toString(), "--output", shared.resolve("swept").toString()));
    assertThat(template("swept")).isEqualTo(OWN);
    return answer("swept");
  }

  private static String ofExplain() throws IOException {
    CommandLineRun run =
        run(
            "explain",
            "--json",
            "--model=" + QWEN,
            "--image=" + PICTURE,
            "--method=none",
            "--prompt=" + QUESTION,
            "--output=" + shared.resolve("explained"));
    require(run);
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.get("conversation").textValue()).isEqualTo(OWN);
    return document.at("/images/0/methods/0/answer").textValue();
  }

  @Test
  void allAskAModelInItsOwn() throws Exception {
    String expected = ofDjl(Optional.of(OWN));
    assertThat(ofDjl(Optional.of("vicuna_v1"))).isNotEqualTo(expected);

    assertThat(ofDjl(Optional.empty())).as("DJL").isEqualTo(expected);
    assertThat(ofPredictor()).as("spark.ml").isEqualTo(expected);
    assertThat(ofSql()).as("SQL").isEqualTo(expected);
    assertThat(ofExplain()).as("explain").isEqualTo(expected);
    require(evaluate(QWEN, "evaluated"));
    assertThat(template("evaluated")).isEqualTo(OWN);
    assertThat(answer("evaluated")).as("evaluate").isEqualTo(expected);
    assertThat(ofSweep()).as("sweep").isEqualTo(expected);
  }

  @Test
  void aRunThatIsContinuedKeepsItsTemplate() throws IOException {
    require(evaluate(QWEN, "former", "--conv-mode", "vicuna_v1"));
    String answer = answer("former");
    Files.delete(shared.resolve("former/_COMPLETE"));
    Files.delete(shared.resolve("former/_chunks/committed-00000.json"));

    require(evaluate(QWEN, "former", "--resume"));

    assertThat(template("former")).isEqualTo("vicuna_v1");
    assertThat(answer("former")).isEqualTo(answer);
    CommandLineRun other = evaluate(QWEN, "former", "--resume", "--conv-mode", OWN);
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("--conv-mode was vicuna_v1, is now " + OWN);
  }

  @Test
  void aSearchThatIsContinuedKeepsItsTemplate() throws IOException {
    Path file =
        Files.writeString(
            shared.resolve("search.yaml"),
            """
            models: [%s]
            examples: [%s]
            methods: ["uniform:tokens=9"]
            search: {cost: visual_tokens_layer_mean, questions: 1, growth: 2}
            device: cpu
            dtype: fp32
            max_new_tokens: 2
            """
                .formatted(QWEN, examples));
    String output = "--output=" + shared.resolve("found");
    require(CommandLineRun.of("search", file.toString(), output, "--conv-mode=vicuna_v1"));

    require(CommandLineRun.of("search", file.toString(), output, "--resume"));

    assertThat(json("found/search.json").at("/configuration/conversation").textValue())
        .isEqualTo("vicuna_v1");
  }

  @Test
  void anAdapterIsAskedAsItWasTrained() throws IOException {
    Path adapter = shared.resolve("adapter");
    FileUtils.copyDirectory(GOLDENS.resolve("layouts/fan").toFile(), adapter.toFile());
    Path model = Path.of(GOLDENS.resolve("layouts/hf") + "+" + adapter);
    require(evaluate(model, "untold"));
    assertThat(template("untold")).isEqualTo("vicuna_v1");

    Files.writeString(
        adapter.resolve("training.json"), "{\"settings\": {\"conversation\": \"llava_hf\"}}");
    require(evaluate(model, "told"));
    assertThat(template("told")).isEqualTo("llava_hf");
  }

  @Test
  void aModelWithoutAKnownTemplateIsRefusedWithTheList() {
    CommandLineRun refused = evaluate(GOLDENS.resolve("opt/llava"), "refused");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err())
        .contains("Cannot tell in which conversation template", "opt/llava", "llava_v1", "raw")
        .doesNotContain("Exception");
    assertThat(shared.resolve("refused")).doesNotExist();
    require(evaluate(GOLDENS.resolve("opt/llava"), "raw", "--conv-mode", "raw"));
    CommandLineRun unknown = evaluate(QWEN, "unknown", "--conv-mode", "automatic");
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("Unknown conversation template 'automatic'");
  }
}
