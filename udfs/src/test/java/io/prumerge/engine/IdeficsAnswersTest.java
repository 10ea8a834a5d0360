package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.family.Families;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IDEFICS in the engine: 3 latents of an image outside the sequence, over 16 patches. */
@Tag("model")
class IdeficsAnswersTest {

  private static final int LATENTS = 3;
  private static final int PATCHES = 16;
  private static final int STEPS = 16;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config() {
    return EngineConfigs.of(
        Goldens.path("idefics/base").toString(),
        DeviceChoice.CPU,
        -1,
        DtypeChoice.FP32,
        ImageAspect.AUTO,
        "idefics");
  }

  private static List<byte[]> pictures(String... names) throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (String name : names) {
      pictures.add(Files.readAllBytes(Goldens.path("images/" + name)));
    }
    return pictures;
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Question> questions(String... prompts) {
    return Stream.of(prompts).map(prompt -> new Question(prompt, STEPS)).toList();
  }

  private static List<Answer> answers(ModelLease lease, List<byte[]> images, String... prompts) {
    return lease.answer(
        new ImageRequest(
            Visual.pictures(images),
            questions(prompts),
            TokenReducers.of(specs("none")),
            ReduceBy.EACH));
  }

  private static JsonNode golden(String key) throws IOException {
    return Goldens.json("idefics/idefics.json").get("cases").get("base").get(key);
  }

  /**
   * Questions of one image, of two and of none, with text before an image or not, in one engine.
   */
  @Test
  void questionsTogetherAnswerAsEachAlone() throws IOException {
    String[] prompts = {
      "What is it?",
      "Look at <image> here.",
      "Is it a dog?</s> Or a cat?",
      "A <image></s> b",
      "Why?"
    };
    String[] pairs = {"Which is it?", "Is <image> like <image> or not?", "a<image>b <image> c"};
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      List<byte[]> one = pictures("photo.png");
      List<byte[]> two = pictures("photo.png", "wide.png");
      List<Answer> ofOne = answers(lease, one, prompts);
      List<Answer> ofTwo = answers(lease, two, pairs);
      for (int q = 0; q < prompts.length; q++) {
        assertThat(ofOne.get(q).error()).isNull();
        assertThat(ofOne.get(q).text()).isEqualTo(answers(lease, one, prompts[q]).get(0).text());
      }
      for (int q = 0; q < pairs.length; q++) {
        assertThat(ofTwo.get(q).error()).isNull();
        assertThat(ofTwo.get(q).text()).isEqualTo(answers(lease, two, pairs[q]).get(0).text());
        assertThat(ofTwo.get(q).tokens().visualAfter()).isEqualTo(2 * LATENTS);
      }
      assertThat(answers(lease, List.of(), "What is a dog?").get(0).tokens().visualAfter())
          .isZero();
    }
  }

  private static String text(JsonNode ids) {
    try (LlavaTokenizer tokenizer =
        LlavaTokenizer.load(Goldens.path("idefics/base"), Families.tokenizers())) {
      return tokenizer.answer(Goldens.ints(ids));
    }
  }

  /** Its answer, and torch's FlopCounterMode up to the first token. */
  @ParameterizedTest
  @CsvSource({"photo", "behind", "two", "three"})
  void saysAndCountsWhatTheReferenceDoes(String key) throws IOException {
    JsonNode expected = golden(key);
    List<String> files = new ArrayList<>();
    expected.get("files").forEach(file -> files.add(file.asText()));
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      Answer answer =
          answers(lease, pictures(files.toArray(new String[0])), expected.get("question").asText())
              .get(0);
      assertThat(answer.error()).isNull();
      assertThat(answer.text()).isEqualTo(text(expected.get("greedy")));
      assertThat(answer.tokens().visualBefore()).isEqualTo(files.size() * LATENTS);
      assertThat(answer.tokens().visualAfter()).isEqualTo(files.size() * LATENTS);
      assertThat(answer.tokens().text() + files.size()).isEqualTo(expected.get("ids").size());
      assertThat(answer.work().cost().total() - answer.work().cost().decode())
          .isEqualTo(expected.get("flops").get("all").asLong());
    }
  }

  /** The rows before the first image run once for a model: here before this question. */
  @ParameterizedTest
  @CsvSource({"photo, 1", "two, 2"})
  void runsWhatItCounts(String key, int images) throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("idefics/base")).config());
    JsonNode expected = golden(key);
    List<String> files = new ArrayList<>();
    expected.get("files").forEach(file -> files.add(file.asText()));
    List<byte[]> pictures = pictures(files.toArray(new String[0]));
    String question = expected.get("question").asText();
    long ids = expected.get("ids").size();
    long before = 2; // <s><fake_token_around_image>
    int layers = cost.shape().decoder().layers();
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      answers(lease, pictures, question);
      Answer answer = answers(lease, pictures, question).get(0);
      long copied =
          cost.decoder().of(layers * before, layers * before * ids, 0)
              + cost.decoder().crossing(before, (long) images * LATENTS);
      assertThat(answer.work().flopsExecuted()).isEqualTo(answer.work().cost().total() - copied);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "prumerge, drop patches of a model whose resampler makes 3 latents",
    "uniform:tokens=2, drop patches of a model whose resampler makes 3 latents",
    "first:tokens=2, drop patches of a model whose resampler makes 3 latents",
    "fastervlm:tokens=2, drop patches of a model whose resampler makes 3 latents",
    "'pool:cols=2,rows=2', drop patches of a model whose resampler makes 3 latents",
    "tome:tokens=9, drop patches of a model whose resampler makes 3 latents",
    "downsample:tokens=4, drop patches of a model whose resampler makes 3 latents",
    "divprune:tokens=2, look at patches after a resampler",
    "'fastv:layer=1,tokens=2', drop tokens inside the decoder of this model",
    "'dart:layer=1,tokens=2', drop tokens inside the decoder of this model",
    "'vtw:layer=1', drop tokens inside the decoder of this model",
    "'pyramiddrop:layers=1,ratio=0.5', drop tokens inside the decoder of this model",
  })
  void everyReductionIsRefusedByName(String method, String what) throws IOException {
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      List<Answer> answers =
          lease.answer(
              new ImageRequest(
                  pictures("photo.png").get(0), questions("What is it?"), specs(method)));
      assertThat(answers.get(0).error()).startsWith("reduction_failed: Cannot " + what);
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(
              () -> lease.explain(pictures("photo.png").get(0), Optional.empty(), specs(method)))
          .withMessageStartingWith("Cannot " + what);
    }
  }

  @Test
  void explanationsShowWhatTheLatentsLookAt() throws IOException, ImageException {
    try (ModelLease lease = LlavaEngine.acquire(config())) {
      Explanation explanation =
          lease.explain(pictures("wide.png").get(0), Optional.empty(), specs("none"));
      QueryAttention looks = explanation.queries().orElseThrow();
      assertThat(looks.layer()).isEqualTo(2);
      assertThat(looks.layers()).isEqualTo(2);
      assertThat(looks.queries()).hasSize(LATENTS);
      float[] reference = Goldens.floats("idefics/idefics.safetensors", "base/wide/looks");
      for (int latent = 0; latent < LATENTS; latent++) {
        for (int patch = 0; patch < PATCHES; patch++) {
          assertThat(looks.queries().get(latent).get(patch))
              .isCloseTo(reference[latent * (1 + PATCHES) + 1 + patch], within(1e-5f));
        }
      }
    }
  }

  /** Weights of the two vocabularies, of the resampler and of the blocks are all counted. */
  @Test
  void countsEveryParameter() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("idefics/base"));
    long stored = checkpoint.tensors().values().stream().mapToLong(one -> one.elements()).sum();
    assertThat(CostModel.of(checkpoint.config()).shape().parameters()).isEqualTo(stored);
  }
}
