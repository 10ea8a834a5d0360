package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.config.LlavaConfig;
import io.prumerge.model.LlavaModel;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The written-out gradients against differences of the loss: multi-head and grouped attention,
 * biases and none, an own and a tied head, every activation.
 */
@Tag("model")
class GradientPassesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "mha, silu, gelu",
    "gqa, quick_gelu, gelu_new",
    "gqa, relu, silu",
    "bf16, gelu, quick_gelu",
    "bf16, gelu_pytorch_tanh, relu"
  })
  void theLossFallsAlongEachTensorsGradientAsItSays(
      String checkpoint, String activation, String connectorActivation) throws IOException {
    Goldens.copyCheckpoint(checkpoint, folder);
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(folder.resolve("config.json").toFile());
    config.put("projector_hidden_act", connectorActivation);
    ((ObjectNode) config.get("text_config")).put("hidden_act", activation);
    json.writeValue(folder.resolve("config.json").toFile(), config);
    TrainingSettings settings = Small.settings(1000, false);
    double tolerance = activation.equals("relu") ? 0.04 : 0.01; // a step meets many kinks of relu
    try (LlavaModel model = Small.model(folder, Precision.FP32);
        Trained trained = new Trained(model, settings)) {
      followsItsGradients(model, trained, tolerance);
    }
  }

  @Test
  void theLossFallsAlongTheGradientsOfOneLinearLayerAsTheySay() {
    try (LlavaModel model = Small.model(Goldens.path("families/shikra"), Precision.FP32);
        Trained trained = new Trained(model, Small.settings(1000, false))) {
      assertThat(trained.layout.connector()).hasSize(2);
      followsItsGradients(model, trained, 0.01);
    }
  }

  private static void followsItsGradients(LlavaModel model, Trained trained, double tolerance) {
    List<TrainingExample> batch = Small.batch(model.checkpoint().config(), 3);
    trained.passes.add(batch, 0, trained.gradients);
    List<TrainedTensor> places = new ArrayList<>(trained.layout.adapter());
    places.addAll(trained.layout.connector());
    for (TrainedTensor place : places) {
      float[] gradient = trained.gradients.get(place.start(), place.end());
      double norm = norm(gradient);
      assertThat(norm).as(place.name()).isGreaterThan(1e-4);
      double slope = trained.slope(place, gradient, norm, batch);
      assertThat(slope).as(place.name()).isCloseTo(norm, within(tolerance * norm + 3e-3));
    }
  }

  @Test
  void withDropoutTheLossFallsAsItsGradientSaysAndEachStepLeavesOutOthers() {
    LoraSettings lora = new LoraSettings(3, 5, true, 0.3);
    try (LlavaModel model = Small.model("gqa", Precision.FP32);
        Trained kept = new Trained(model, Small.settings(lora, 1000, false));
        Trained again = new Trained(model, Small.settings(lora, 1000, true));
        Trained without = new Trained(model, Small.settings(1000, true))) {
      List<TrainingExample> batch = Small.batch(model.checkpoint().config(), 3);
      double loss = kept.passes.add(batch, 0, kept.gradients);
      for (TrainedTensor place : kept.layout.adapter()) {
        float[] gradient = kept.gradients.get(place.start(), place.end());
        double norm = norm(gradient);
        assertThat(kept.slope(place, gradient, norm, batch))
            .as(place.name())
            .isCloseTo(norm, within(0.01 * norm + 3e-3));
      }
      assertThat(again.passes.add(batch, 0, again.gradients)).isEqualTo(loss);
      assertThat(again.gradients.get()).isEqualTo(kept.gradients.get());
      assertThat(again.passes.add(batch, 1, again.gradients)).isNotCloseTo(loss, within(1e-3));
      assertThat(without.passes.add(batch, 0, without.gradients)).isNotCloseTo(loss, within(1e-3));
    }
  }

  @Test
  void dropoutFollowsFromItsKeyAndKeepsTheMean() {
    int count = 40_000;
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    try (LlavaModel model = Small.model("gqa", Precision.FP32)) {
      Torch torch = model.decoder().torch();
      for (long key : new long[] {0, 1, -5, Long.MIN_VALUE + 3}) {
        try (Torch.Value x = torch.tensor(ones, count / 100, 100);
            Torch.Value dropped = torch.call("dropped", x, 0.05, key)) {
          float[] values = dropped.toFloats(torch);
          double sum = 0;
          for (int i = 0; i < count; i++) {
            double unit = (UniformStart.mixed(key + i * UniformStart.GOLDEN) >>> 40) * 0x1p-24;
            assertThat(values[i])
                .as("%d", i)
                .isEqualTo(unit < (float) 0.05 ? 0 : (float) (1 / 0.95));
            sum += values[i];
          }
          assertThat(sum / count).isCloseTo(1, within(0.005));
        }
      }
    }
  }

  @Test
  void aBatchInSeveralPassesAndOneByOneSumsToTheSame() {
    try (LlavaModel model = Small.model("gqa", Precision.FP32)) {
      List<TrainingExample> batch = Small.batch(model.checkpoint().config(), 4);
      float[] together;
      double loss;
      try (Trained trained = new Trained(model, Small.settings(1000, true))) {
        loss = trained.passes.add(batch, 0, trained.gradients);
        together = trained.gradients.get();
      }
      for (int rows : List.of(1, 13)) {
        try (Trained trained = new Trained(model, Small.settings(rows, true))) {
          assertThat(trained.passes.add(batch, 0, trained.gradients)).isCloseTo(loss, within(1e-4));
          assertClose(trained.gradients.get(), together, 1e-5);
        }
      }
    }
  }

  @Test
  void questionsAboutOneImageGiveTheSameTogetherAsAlone() {
    for (String checkpoint : List.of("gqa", "bf16")) {
      try (LlavaModel model = Small.model(checkpoint, Precision.FP32);
          Trained together = new Trained(model, Small.settings(1000, true));
          Trained alone = new Trained(model, Small.settings(1, true))) {
        List<TrainingExample> batch = Small.questions(model.checkpoint().config(), 5, 2);
        double loss = together.passes.add(batch, 0, together.gradients);
        assertThat(alone.passes.add(batch, 0, alone.gradients)).isCloseTo(loss, within(1e-4));
        assertClose(together.gradients.get(), alone.gradients.get(), 1e-5);
      }
    }
  }

  @Test
  void computingALayerAgainGivesTheSameBits() {
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      try (LlavaModel model = Small.model("bf16", precision);
          Trained kept = new Trained(model, Small.settings(1000, false));
          Trained again = new Trained(model, Small.settings(1000, true))) {
        List<TrainingExample> batch = Small.batch(model.checkpoint().config(), 5);
        double loss = kept.passes.add(batch, 0, kept.gradients);
        assertThat(again.passes.add(batch, 0, again.gradients)).isEqualTo(loss);
        assertThat(again.gradients.get()).isEqualTo(kept.gradients.get());
      }
    }
  }

  @Test
  void halfPrecisionGivesNearlyTheSameGradients() {
    float[] exact;
    try (LlavaModel model = Small.model("bf16", Precision.FP32);
        Trained trained = new Trained(model, Small.settings(1000, true))) {
      trained.passes.add(Small.batch(model.checkpoint().config(), 6), 0, trained.gradients);
      exact = trained.gradients.get();
    }
    try (LlavaModel model = Small.model("bf16", Precision.BF16);
        Trained trained = new Trained(model, Small.settings(1000, true))) {
      trained.passes.add(Small.batch(model.checkpoint().config(), 6), 0, trained.gradients);
      float[] rounded = trained.gradients.get();
      double product = 0;
      for (int i = 0; i < exact.length; i++) {
        product += (double) exact[i] * rounded[i];
      }
      assertThat(product / norm(exact) / norm(rounded)).isGreaterThan(0.99);
      assertThat(norm(rounded)).isCloseTo(norm(exact), within(0.05 * norm(exact)));
    }
  }

  @Test
  void anExampleWithoutAnswersChangesNothing() {
    try (LlavaModel model = Small.model("mha", Precision.FP32);
        Trained trained = new Trained(model, Small.settings(1000, true))) {
      LlavaConfig config = model.checkpoint().config();
      TrainingExample one = Small.batch(config, 8).get(0);
      TrainingExample silent =
          new TrainingExample(one.image(), one.ids(), new boolean[one.ids().length]);
      assertThat(trained.passes.add(List.of(silent), 0, trained.gradients)).isZero();
      assertThat(trained.passes.add(List.of(), 0, trained.gradients)).isZero();
      assertThat(trained.gradients.get()).containsOnly(0);
    }
  }

  static void assertClose(float[] actual, float[] expected, double share) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(share * largest));
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  /** Trained values that are all random, and room for their gradients. */
  private static final class Trained implements AutoCloseable {
    private final TrainedLayout layout;
    private final TrainedVector values;
    private final TrainedVector gradients;
    private final TrainedVector others;
    private final GradientPasses passes;

    Trained(LlavaModel model, TrainingSettings settings) {
      Torch torch = model.decoder().torch();
      this.layout = new TrainedLayout(model.checkpoint().config(), settings.lora());
      this.values = new TrainedVector(torch, model.decoder().like(), layout);
      this.gradients = new TrainedVector(torch, model.decoder().like(), layout);
      this.others = new TrainedVector(torch, model.decoder().like(), layout);
      this.passes = new GradientPasses(model, settings, values);
      Random random = new Random(1);
      float[] start = new float[layout.count()];
      for (int i = 0; i < start.length; i++) {
        start[i] = (float) (0.15 * random.nextGaussian());
      }
      values.put(0, start);
    }

    /** The loss's slope along a tensor's gradient, by a difference. */
    double slope(TrainedTensor place, float[] gradient, double norm, List<TrainingExample> batch) {
      float[] at = values.get(place.start(), place.end());
      double step = Math.min(0.004, 0.1 / norm);
      double[] losses = new double[2];
      for (int side = 0; side < 2; side++) {
        float[] moved = at.clone();
        for (int i = 0; i < at.length; i++) {
          moved[i] += (float) ((side == 0 ? -1 : 1) * step * gradient[i] / norm);
        }
        values.put(place.start(), moved);
        losses[side] = passes.add(batch, 0, others);
      }
      values.put(place.start(), at);
      return (losses[1] - losses[0]) / (2 * step);
    }

    @Override
    public void close() {
      others.close();
      gradients.close();
      values.close();
    }
  }
}
