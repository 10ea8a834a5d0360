package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.model.LlavaModel;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training of the miniature against transformers 4.57.1 with peft 0.21.2. */
@Tag("model")
class TrainingGoldenTest {

  private static final String TENSORS = "training/training.safetensors";
  private static final Path MINI =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");
  private static final int BEGINNING = 20;
  private static final int WIDTH = 192;

  private final JsonNode golden;

  TrainingGoldenTest() throws IOException {
    golden = Goldens.json("training/training.json");
  }

  /** Losses to 1e-5, gradients to 1e-4 of the largest. */
  @Test
  void theFirstStepsAreThoseOfPeft() throws IOException {
    try (LlavaModel model = Small.model(MINI, Precision.FP32);
        AdapterTrainer trainer = AdapterTrainer.open(model, settings())) {
      TrainedLayout layout = new TrainedLayout(model.checkpoint().config(), lora());
      for (int step = 1; step <= BEGINNING; step++) {
        List<TrainingExample> batch = batch(step - 1);
        BatchGradients sum = trainer.gradients(batch);
        assertThat(sum.loss() / sum.answerTokens())
            .as("loss of step %d", step)
            .isCloseTo(golden.get("losses").get(step - 1).asDouble(), within(1e-5));
        if (golden.get("largest").has(Integer.toString(step))) {
          assertGradients(step, sum, layout);
        }
        StepResult result = trainer.apply(sum);
        double norm = golden.get("norms").get(step - 1).asDouble();
        assertThat(result.gradientNorm()).isCloseTo(norm, within(1e-4 * norm));
        assertThat(result.learningRate())
            .isCloseTo(golden.get("rates").get(step - 1).asDouble(), within(1e-12));
      }
    }
  }

  private void assertGradients(int step, BatchGradients sum, TrainedLayout layout)
      throws IOException {
    double largest = golden.get("largest").get(Integer.toString(step)).asDouble();
    int stride = golden.get("stride").asInt();
    List<TrainedTensor> places = new ArrayList<>(layout.adapter());
    places.addAll(layout.connector());
    for (TrainedTensor place : places) {
      float[] expected = Goldens.floats(TENSORS, step + "/" + place.name());
      assertThat(expected).hasSize((place.count() + stride - 1) / stride);
      for (int i = 0; i < expected.length; i++) {
        double mean = (double) sum.values()[place.start() + i * stride] / sum.answerTokens();
        assertThat(mean)
            .as("gradient %d of %s in step %d", i * stride, place.name(), step)
            .isCloseTo(expected[i], within(1e-4 * largest));
      }
    }
  }

  /** Losses to 1e-5 in the first 20 steps, and to 1e-4 up to the last. */
  @Test
  @Tag("soak")
  void aWholeTrainingIsThatOfPeft() throws IOException {
    try (LlavaModel model = Small.model(MINI, Precision.FP32);
        AdapterTrainer trainer = AdapterTrainer.open(model, settings())) {
      for (int step = 0; step < golden.get("losses").size(); step++) {
        double expected = golden.get("losses").get(step).asDouble();
        double loss = trainer.step(batch(step)).loss();
        assertThat(loss)
            .as("loss of step %d", step + 1)
            .isCloseTo(expected, within(step < BEGINNING ? 1e-5 : 1e-4));
      }
    }
  }

  private LoraSettings lora() {
    return new LoraSettings(golden.get("rank").asInt(), golden.get("alpha").asDouble(), true, 0);
  }

  private TrainingSettings settings() {
    OptimizerSettings optimizer =
        new OptimizerSettings(
            golden.get("rate").asDouble(),
            golden.get("connector_rate").asDouble(),
            0,
            0.9,
            0.999,
            1e-8,
            golden.get("warm_up").asDouble());
    return new TrainingSettings(
        lora(), optimizer, golden.get("losses").size(), golden.get("seed").asLong(), 4096, true);
  }

  private List<TrainingExample> batch(int step) throws IOException {
    List<TrainingExample> batch = new ArrayList<>();
    for (JsonNode number : golden.get("batches").get(step)) {
      JsonNode example = golden.get("examples").get(number.asInt());
      float[] tokens = bfloats("image/" + example.get("image").asInt());
      JsonNode ids = example.get("ids");
      boolean[] answers = new boolean[ids.size()];
      for (int i = example.get("answer").asInt(); i < answers.length; i++) {
        answers[i] = true;
      }
      batch.add(
          new TrainingExample(
              Optional.of(
                  new ReducedImage(Stage.BEFORE_CONNECTOR, tokens.length / WIDTH, WIDTH, tokens)),
              IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray(),
              answers));
    }
    return batch;
  }

  private static float[] bfloats(String tensor) throws IOException {
    ShortBuffer halves =
        ByteBuffer.wrap(Goldens.bytes(TENSORS, tensor))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    float[] floats = new float[halves.remaining()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(halves.get(i) << 16);
    }
    return floats;
  }
}
