package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.CostModel;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures made smaller before the tower: features as transformers 4.57.1's, cost as executed. */
@Tag("model")
class DownsampledImageTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 1), new Question("And is it red?", 1));

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void theTowerSeesWhatTransformersSees(String checkpoint) throws Exception {
    Path folder = Goldens.path("checkpoints/" + checkpoint);
    List<JsonNode> cases =
        StreamSupport.stream(Goldens.json("small/small.json").get("cases").spliterator(), false)
            .filter(one -> one.get("checkpoint").asText().equals(checkpoint))
            .toList();
    assertThat(cases).isNotEmpty();
    Checkpoint opened = Checkpoint.open(folder);
    int patch = opened.config().vision().patchSize();
    try (LlavaModel model = LlavaModel.load(opened, Device.cpu(), Precision.FP32)) {
      for (JsonNode golden : cases) {
        int side = golden.get("side").asInt();
        ClipPreprocessor whole =
            new ClipPreprocessor(
                ImageFiles.llava(opened.imageFolder()),
                ImageAspect.valueOf(golden.get("aspect").asText().toUpperCase(Locale.ROOT)));
        byte[] bytes = Files.readAllBytes(Goldens.path("images/" + golden.get("image").asText()));
        var picture = ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
        float[] pixels = whole.ofSize(side * patch).orElseThrow().views(picture).get(0);
        assertThat(Goldens.sha256(pixels)).isEqualTo(golden.get("pixels_sha256").asText());

        PreparedView input =
            new PreparedView(
                whole.views(picture).get(0),
                Sha256.of(bytes),
                new int[0],
                one -> Optional.of(pixels).filter(known -> one == side));
        try (EncodedView image =
            model.vision().encode(List.of(input), TowerDepth.FEATURES).get(0)) {
          assertClose(
              image.of(new TowerEvidence.SmallImage(side)),
              Goldens.floats("small/small.safetensors", golden.get("name").asText()));
          assertThatExceptionOfType(ReductionException.class)
              .isThrownBy(() -> image.downsampled(side + 1))
              .withMessageContaining("was not prepared at that size");
        }
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).isLessThan(1e-4f * (1 + Math.abs(expected[i])));
    }
  }

  private static List<Answer> answers(ModelLease lease, String... methods) throws Exception {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    return lease.answer(
        new ImageRequest(image, QUESTIONS, Stream.of(methods).map(MethodSpec::parse).toList()));
  }

  private static long executed(List<Answer> answers) {
    return answers.stream().mapToLong(one -> one.work().flopsExecuted()).sum();
  }

  /** 90 tokens: 9 x 9 patches, and CLS in the tower. */
  @Test
  void theTowersOwnRunIsCounted() throws Exception {
    CostModel cost = CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
    long positions = 82;
    long width = 48;
    long mlp = cost.shape().tower().mlp();
    long layer =
        8 * positions * width * width
            + 4 * positions * positions * width
            + 4 * positions * width * mlp;
    long tower = 2 * 81 * (3 * 4 * 4) * width + cost.shape().tower().features().depth() * layer;
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none"); // computes what stays
      List<Answer> control = answers(lease, "first:tokens=81");
      List<Answer> own = answers(lease, "downsample:tokens=90");
      assertThat(own).extracting(Answer::error).containsOnlyNulls();
      assertThat(own).extracting(one -> one.tokens().visualAfter()).containsOnly(81);
      assertThat(own).extracting(one -> one.tokens().visualBefore()).containsOnly(576);
      assertThat(own.get(0).tokens().keptIndices()).isEmpty();
      assertThat(own.get(0).work().cost().vision()).isEqualTo(tower);
      assertThat(own.get(0).work().cost().reduction()).isZero();
      assertThat(own.get(0).work().cost().projector()).isEqualTo(cost.connector().of(81, 0));
      assertThat(own.get(0).work().cost().prefill())
          .isEqualTo(control.get(0).work().cost().prefill());
      assertThat(own.get(0).work().millis().vision()).isPositive();

      // Of the whole image nothing but the embedding is computed.
      assertThat(executed(own) - executed(control))
          .isEqualTo(tower + cost.tower().layers(0) - cost.tower().features());
      List<Answer> both = answers(lease, "first:tokens=81", "downsample:tokens=90");
      assertThat(executed(both))
          .isEqualTo(executed(own) + executed(control) - cost.tower().layers(0));
      for (int q = 0; q < QUESTIONS.size(); q++) {
        assertThat(both.get(2 * q + 1).text()).isEqualTo(own.get(q).text());
        assertThat(both.get(2 * q).work().flopsExecuted())
            .as("who sees the whole image pays for it alone")
            .isEqualTo(control.get(q).work().flopsExecuted());
      }
    }
  }

  /** The picture is made smaller when the tower has shown how much. */
  @Test
  void anotherMethodSaysHowSmall() throws Exception {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      int tokens = answers(lease, "prumerge").get(0).tokens().visualAfter();
      List<Answer> given = answers(lease, "downsample:tokens=" + tokens);
      List<Answer> sized = answers(lease, "downsample:tokens=@prumerge");
      for (int q = 0; q < QUESTIONS.size(); q++) {
        assertThat(sized.get(q).error()).isNull();
        assertThat(sized.get(q).methodSized()).isEqualTo("downsample:tokens=" + tokens);
        assertThat(given.get(q).methodSized()).isNull();
        assertThat(sized.get(q).text()).isEqualTo(given.get(q).text());
        assertThat(sized.get(q).work().cost()).isEqualTo(given.get(q).work().cost());
      }
      // The tower ran over the whole image too, to its scores, for the number.
      CostModel cost = CostModel.of(Checkpoint.open(Path.of(MHA.model())).config());
      assertThat(executed(sized) - executed(given))
          .isEqualTo(
              cost.tower().features()
                  - cost.tower().layers(0)
                  + cost.evidence().of(new TowerEvidence.FullWidthAttention()));

      // The other way round nobody looks at a smaller image.
      List<Answer> many = answers(lease, "first:tokens=@downsample:tokens=90");
      assertThat(many).extracting(Answer::methodSized).containsOnly("first:tokens=81");
      assertThat(executed(many)).isEqualTo(executed(answers(lease, "first:tokens=81")));

      List<Answer> spent = answers(lease, "downsample:flops=@first:tokens=9");
      long target = answers(lease, "first:tokens=9").get(0).work().cost().total();
      long own = spent.get(0).work().cost().total();
      for (int side = 1; side < 24; side++) {
        long other =
            answers(lease, "downsample:tokens=" + side * side).get(0).work().cost().total();
        // With 40 tokens of text, as budgets count, the order of the sides is the same.
        assertThat(Math.abs(own - target))
            .isLessThanOrEqualTo(Math.abs(other - target) + other / 50);
      }
    }
  }

  @Test
  void nothingStaysOpenAndOtherSizesAreRefused() throws Exception {
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      String[] methods = {
        "downsample:tokens=1",
        "downsample:tokens=63",
        "downsample:tokens=64",
        "downsample:tokens=575"
      };
      assertThat(answers(lease, methods).subList(0, 4))
          .extracting(one -> one.tokens().visualAfter())
          .containsExactly(1, 49, 64, 529);
      long before = OpenValues.atRest();
      answers(lease, methods);
      assertThat(OpenValues.atRest()).isEqualTo(before);
      assertThat(answers(lease, "downsample:tokens=576").get(0).error())
          .isEqualTo(
              "reduction_failed: Cannot make an image of 24 x 24 patches smaller to 576 tokens; give"
                  + " fewer than 576");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("downsample"))
        .withMessageContaining("give tokens=N");
  }
}
