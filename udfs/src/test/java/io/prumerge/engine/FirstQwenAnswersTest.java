package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.FirstQwen;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first Qwen-VL, base of 4 queries over 20 x 20 patches, under every kind of method. */
@Tag("model")
class FirstQwenAnswersTest {

  private static final int QUERIES = 4;
  private static final int PATCHES = 400;
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("Is there a dog in the image?", 4),
          new Question("What color is the chair?", 4),
          new Question("Is there a dog in the image?", 2));

  @TempDir private Path folder;

  @AfterEach
  void closesTheModel() {
    LlavaEngine.releaseIdle();
  }

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private ModelLease lease(ImageAspect aspect) throws IOException {
    if (!Files.exists(folder.resolve("config.json"))) {
      FirstQwen.write("base", folder);
    }
    return LlavaEngine.acquire(
        EngineConfigs.of(
            folder.toString(), DeviceChoice.CPU, -1, DtypeChoice.FP32, aspect, "qwen_vl"));
  }

  private static byte[] image() throws IOException {
    return Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  private static List<MethodSpec> methods(String... specs) {
    return Stream.of(specs).map(MethodSpec::parseKnown).toList();
  }

  private List<Answer> answers(List<Question> questions, ReduceBy by, String... methods)
      throws IOException {
    try (ModelLease lease = lease(ImageAspect.AUTO)) {
      return lease.answer(new ImageRequest(image(), questions, methods(methods), by));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none, 4",
    "'fastv:layer=1,tokens=2', 3",
    "'fastv:layer=1,tokens=@mean:3', 3",
    "'vtw:layer=1', 2",
  })
  void theDecoderSeesItsQueries(String method, double mean) throws IOException {
    for (Answer answer : answers(QUESTIONS, ReduceBy.EACH, method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(QUERIES);
      assertThat(answer.tokens().visualLayerMean()).isEqualTo(mean);
      assertThat(answer.tokens().keptIndices()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EACH", "FIRST"})
  void questionsAndMethodsTogetherAnswerAsEachAlone(ReduceBy by) throws IOException {
    String[] methods = {"none", "fastv:layer=1,tokens=2", "vtw:layer=1"};
    List<String> together =
        answers(QUESTIONS.subList(0, 1), by, methods).stream().map(Answer::text).toList();
    List<String> alone = new ArrayList<>();
    for (String method : methods) {
      alone.add(answers(QUESTIONS.subList(0, 1), by, method).get(0).text());
    }
    assertThat(together).isEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge",
        "first:tokens=2",
        "random:tokens=2",
        "fastervlm:tokens=2",
        "divprune:tokens=2",
        "tome:tokens=9",
        "downsample:tokens=9",
        "fastv:flops=@prumerge,layer=1"
      })
  void methodsThatDropPatchesAreRefused(String method) throws IOException {
    List<Answer> both = answers(QUESTIONS, ReduceBy.EACH, method, "none");
    for (int q = 0; q < QUESTIONS.size(); q++) {
      assertThat(both.get(2 * q).error())
          .startsWith("reduction_failed: Cannot ")
          .containsAnyOf("queries make 4 tokens", "after a resampler");
      assertThat(both.get(2 * q + 1).error()).isNull();
    }
  }

  @Test
  void aPromptWithItsAnswerStaysWithinWhatItWasTrainedFor() throws IOException {
    int prompt = answers(QUESTIONS, ReduceBy.EACH, "none").get(0).tokens().text() + QUERIES;
    LlavaEngine.releaseIdle();
    changed("config.json", config -> config.put("seq_length", prompt + 3));
    List<Question> longer =
        List.of(
            QUESTIONS.get(0),
            new Question(QUESTIONS.get(0).prompt(), 5),
            new Question("dog ".repeat(40), 1));
    List<Answer> answers = answers(longer, ReduceBy.EACH, "none");
    assertThat(answers.get(0).error()).as("the last token is not read").isNull();
    assertThat(answers.get(1).error())
        .startsWith(
            "prompt_too_long: a prompt of %d positions and an answer of up to 5 go beyond the %d "
                .formatted(prompt, prompt + 3));
    assertThat(answers.get(2).error()).startsWith("prompt_too_long: a prompt of ");
  }

  @Test
  void showsWhatTheQueriesLookAt() throws IOException, ImageException {
    try (ModelLease lease = lease(ImageAspect.AUTO)) {
      Explanation explanation =
          lease.explain(
              image(),
              Optional.of(QUESTIONS.get(0).prompt()),
              methods("none", "fastv:layer=1,tokens=2"));
      QueryAttention looks = explanation.queries().orElseThrow();
      assertThat(looks.layer()).isEqualTo(1).isEqualTo(looks.layers());
      assertThat(looks.queries()).hasSize(QUERIES);
      float[] reference =
          Goldens.floats("first-qwen/first-qwen.safetensors", "base/wide.png/0/looks");
      int written = reference.length / QUERIES;
      for (int query = 0; query < QUERIES; query++) {
        assertThat(looks.queries().get(query)).hasSize(PATCHES);
        for (int i = 0; i < written; i++) {
          assertThat(looks.queries().get(query).get(7 * i))
              .isCloseTo(reference[query * written + i], within(1e-5f));
        }
      }
      assertThat(explanation.choices().get(1).staying())
          .singleElement()
          .satisfies(staying -> assertThat(staying.places()).hasSize(2));
    }
  }

  private static double[] looks(Explanation explanation) {
    return explanation.queries().orElseThrow().queries().stream()
        .flatMap(List::stream)
        .mapToDouble(Float::doubleValue)
        .toArray();
  }

  /** Each image's queries look at that image, wherever it stands. */
  @Test
  void severalImagesAreExplainedEachByItself() throws IOException, ImageException {
    byte[] tall = Files.readAllBytes(Goldens.path("images/tall.png"));
    try (ModelLease lease = lease(ImageAspect.AUTO)) {
      List<MethodSpec> none = methods("none");
      List<Explanation> both =
          lease.explain(
              Visual.pictures(List.of(image(), tall)), Optional.of("What differs?"), none);
      assertThat(looks(both.get(0)))
          .containsExactly(looks(lease.explain(image(), Optional.empty(), none)), within(1e-5));
      assertThat(looks(both.get(1)))
          .containsExactly(looks(lease.explain(tall, Optional.empty(), none)), within(1e-5));
      assertThat(both.get(1).queries()).isNotEqualTo(both.get(0).queries());
      assertThat(both.get(1).received()).isEmpty();
    }
  }

  @Test
  void packedWeightsAreRefusedInALine() throws IOException {
    lease(ImageAspect.AUTO).close();
    LlavaEngine.releaseIdle();
    changed(
        "config.json",
        config -> {
          config.putObject("quantization_config").put("quant_method", "gptq").put("bits", 4);
          config.put("intermediate_size", 160); // so that no tensor is what it says
        });
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(folder))
        .withMessageContaining("packed weights are not read: save the model in fp16 or bf16");
  }

  @Test
  void whatItsCodeDoesNotReadIsRefused() throws IOException {
    refused("visual", config -> config.remove("visual"), "visual is missing: a Qwen without it");
    refused("rotary_pct", config -> config.put("rotary_pct", 0.5), "only 1 is read");
    refused("kv_channels", config -> config.put("kv_channels", 64), "is not 128");
    refused("seq_length", config -> config.remove("seq_length"), "is missing");
    refused(
        "n_queries",
        config -> ((ObjectNode) config.get("visual")).put("n_queries", 5),
        "it must be a square");
    refused(
        "output_dim",
        config -> ((ObjectNode) config.get("visual")).put("output_dim", 256),
        "but the decoder's hidden_size 128");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> lease(ImageAspect.PAD))
        .withMessageContaining("with image aspect pad: it sees them stretched to a square");
  }

  private void refused(String key, Consumer<ObjectNode> change, String problem) throws IOException {
    if (!Files.exists(folder.resolve("config.json"))) {
      FirstQwen.write("base", folder);
    }
    String whole = Files.readString(folder.resolve("config.json"));
    changed("config.json", change);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(folder))
        .withMessageContaining(key)
        .withMessageContaining(problem);
    Files.writeString(folder.resolve("config.json"), whole);
  }

  private void changed(String name, Consumer<ObjectNode> change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = (ObjectNode) json.readTree(folder.resolve(name).toFile());
    change.accept(object);
    json.writeValue(folder.resolve(name).toFile(), object);
  }

  /** Published: the base ends at one token, the chat model at those of its conversations too. */
  @Test
  void answersEndAsTheAuthorsEndThem() throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    Path chat = Files.createDirectory(folder.resolve("chat"));
    int first = Goldens.json("first-qwen/base/generation_config.json").get("eos_token_id").asInt();
    assertThat(Checkpoint.open(FirstQwen.write("base", base)).generation().eosTokenIds())
        .containsExactly(first);
    assertThat(Checkpoint.open(FirstQwen.write("chat", chat)).generation().eosTokenIds())
        .containsExactly(first, first + 1, first + 2);
    Files.delete(base.resolve("generation_config.json"));
    assertThat(Checkpoint.open(base).generation().eosTokenIds()).containsExactly(first);
  }
}
