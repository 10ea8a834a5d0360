package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TorchRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("model")
class AdapterTrainerTest {

  private static final TrainingSettings SETTINGS = Small.settings(1000, true);

  private static LlavaModel model;
  private static LlavaConfig config;

  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    model = Small.model("gqa", Precision.FP32);
    config = model.checkpoint().config();
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @Test
  void theLossOfABatchThatIsLearnedFalls() {
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      List<TrainingExample> batch = Small.batch(config, 1);
      List<StepResult> results = train(trainer, 8, step -> batch);
      assertThat(results.get(7).loss()).isLessThan(0.9 * results.get(0).loss());
      assertThat(results).extracting(StepResult::step).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(results.get(0).learningRate()).isZero();
      assertThat(results.get(2).learningRate()).isEqualTo(1e-2);
      assertThat(results.get(0).answerTokens()).isEqualTo(2 + 1 + 1 + 4);
      assertThatThrownBy(() -> trainer.step(batch))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("all 8 steps");
    }
  }

  @Test
  void beginsWithTheModelItself() {
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS);
        AdapterTrainer other =
            AdapterTrainer.open(
                model, Small.settings(new LoraSettings(9, 1, false, 0), 1000, true))) {
      List<TrainingExample> batch = Small.batch(config, 1);
      assertThat(trainer.gradients(batch).loss())
          .isCloseTo(other.gradients(batch).loss(), within(1e-5));
      assertThat(other.parameters()).isLessThan(3 * trainer.parameters());
    }
  }

  @Test
  void aTrainingThatWasInterruptedComesToTheSameBytes() throws IOException {
    byte[] whole;
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      train(trainer, 8, step -> Small.batch(config, step));
      whole = state(trainer);
      trainer.saveAdapter(folder.resolve("whole"), "base", Precision.FP32);
    }
    Random random = new Random(5);
    for (int interrupted = 0; interrupted < 3; interrupted++) {
      int at = random.nextInt(8);
      byte[] state;
      try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
        train(trainer, at, step -> Small.batch(config, step));
        state = state(trainer);
      }
      try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
        trainer.restore(new ByteArrayInputStream(state));
        assertThat(trainer.steps()).isEqualTo(at);
        train(trainer, 8 - at, step -> Small.batch(config, step));
        assertThat(state(trainer)).as("interrupted after %d steps", at).isEqualTo(whole);
        trainer.saveAdapter(folder.resolve("resumed"), "base", Precision.FP32);
      }
      for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
        assertThat(folder.resolve("resumed").resolve(file))
            .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
      }
    }
  }

  /** Another number of threads adds up in another order. */
  @Test
  void theCallersNumberOfThreadsChangesNoBit() {
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      List<TrainingExample> batch =
          IntStream.range(0, 40).boxed().flatMap(i -> Small.batch(config, i).stream()).toList();
      TorchRuntime.useThreads(1);
      BatchGradients one = trainer.gradients(batch);
      TorchRuntime.useThreads(2 * LlavaEngine.threads());
      assertThat(trainer.gradients(batch).values()).isEqualTo(one.values());
    }
  }

  @Test
  void refusesAStateThatIsDamagedCutShortOrOfAnotherTraining() throws IOException {
    byte[] state;
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      state = state(trainer);
    }
    byte[] damaged = state.clone();
    damaged[1000] ^= 1;
    byte[] foreign = state.clone();
    foreign[0]++;
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS);
        AdapterTrainer other = AdapterTrainer.open(model, Small.settings(999, true))) {
      assertRefused(trainer, damaged, "damaged");
      assertRefused(trainer, foreign, "no state");
      assertRefused(trainer, new byte[0], "no state");
      for (int length : List.of(30, 41, 43, 5000, state.length - 1)) {
        byte[] shorter = Arrays.copyOf(state, length);
        assertThatThrownBy(() -> trainer.restore(new ByteArrayInputStream(shorter)))
            .isInstanceOf(IOException.class);
      }
      assertRefused(other, state, "other settings");
    }
  }

  private static void assertRefused(AdapterTrainer trainer, byte[] state, String why) {
    assertThatThrownBy(() -> trainer.restore(new ByteArrayInputStream(state)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  @Test
  void partsOfABatchOnTwoDevicesGiveTheStepOfTheWholeBatch() {
    try (AdapterTrainer alone = AdapterTrainer.open(model, SETTINGS);
        AdapterTrainer first = AdapterTrainer.open(model, SETTINGS);
        AdapterTrainer second = AdapterTrainer.open(model, SETTINGS)) {
      for (int step = 0; step < 4; step++) {
        List<TrainingExample> batch = Small.batch(config, step);
        BatchGradients sum =
            first.gradients(batch.subList(0, 1)).plus(second.gradients(batch.subList(1, 4)));
        StepResult expected = alone.step(batch);
        for (AdapterTrainer trainer : List.of(first, second)) {
          StepResult result = trainer.apply(sum);
          assertThat(result.loss()).isCloseTo(expected.loss(), within(1e-5));
          assertThat(result.answerTokens()).isEqualTo(expected.answerTokens());
          assertThat(result.gradientNorm())
              .isCloseTo(expected.gradientNorm(), within(1e-4 * expected.gradientNorm()));
        }
      }
      assertThat(first.gradients(List.of()).values()).containsOnly(0);
    }
  }

  @Test
  void theAdapterBesideItsBaseIsTheModelThatWasTrained() throws IOException {
    for (boolean connector : List.of(true, false)) {
      TrainingSettings settings =
          Small.settings(new LoraSettings(2, 2.5, connector, 0), 1000, false);
      List<TrainingExample> batch = Small.batch(config, 9);
      double loss;
      Path adapter = folder.resolve("adapter-" + connector);
      try (AdapterTrainer trainer = AdapterTrainer.open(model, settings)) {
        train(trainer, 7, step -> Small.batch(config, step));
        loss = trainer.gradients(batch).loss();
        trainer.saveAdapter(adapter, "base", Precision.FP32);
        for (Precision half : List.of(Precision.BF16, Precision.FP16)) {
          trainer.saveAdapter(folder.resolve(half + "-" + connector), "base", half);
        }
        assertThat(loss).isNotCloseTo(beginning(model, batch), within(0.1));
      }
      ModelFolders both = ModelFolders.parse(Goldens.path("checkpoints/gqa") + "+" + adapter);
      try (LlavaModel merged =
          LlavaModel.load(Checkpoint.open(both), Device.cpu(), Precision.FP32)) {
        assertThat(beginning(merged, batch)).isCloseTo(loss, within(1e-4));
      }
      long bytes = Files.size(adapter.resolve("adapter_model.safetensors"));
      for (Precision half : List.of(Precision.BF16, Precision.FP16)) {
        Path stored = folder.resolve(half + "-" + connector);
        assertThat(Files.size(stored.resolve("adapter_model.safetensors"))).isLessThan(bytes);
        ModelFolders rounded = ModelFolders.parse(Goldens.path("checkpoints/gqa") + "+" + stored);
        try (LlavaModel merged =
            LlavaModel.load(Checkpoint.open(rounded), Device.cpu(), Precision.FP32)) {
          assertThat(beginning(merged, batch))
              .isNotEqualTo(loss)
              .isCloseTo(loss, within((half == Precision.BF16 ? 2e-3 : 2e-4) * loss));
        }
      }
    }
  }

  private static double beginning(LlavaModel model, List<TrainingExample> batch) {
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      return trainer.gradients(batch).loss();
    }
  }

  @Test
  void trainingsAtOnceDoNotDisturbEachOtherOrTheModelsAnswers() throws Exception {
    List<byte[]> alone = new ArrayList<>();
    for (int seed = 0; seed < 2; seed++) {
      alone.add(trained(seed));
    }
    List<TrainingExample> asked = Small.batch(config, 50);
    double answer = beginning(model, asked);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<byte[]>> together = new ArrayList<>();
      for (int seed = 0; seed < 2; seed++) {
        int mine = seed;
        together.add(threads.submit(() -> trained(mine)));
      }
      for (int i = 0; i < 10; i++) {
        assertThat(beginning(model, asked)).isEqualTo(answer);
      }
      for (int seed = 0; seed < 2; seed++) {
        assertThat(together.get(seed).get()).isEqualTo(alone.get(seed));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] trained(int seed) throws IOException {
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      train(trainer, 8, step -> Small.batch(config, 100L * seed + step));
      return state(trainer);
    }
  }

  @Test
  void leavesNoNativeValue() {
    long before = OpenValues.count();
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      train(trainer, 2, step -> Small.batch(config, step));
      List<TrainingExample> wrong =
          List.of(new TrainingExample(Optional.empty(), new int[2], new boolean[] {false, true}));
      assertThat(trainer.gradients(wrong).loss()).isPositive();
    }
    assertThat(OpenValues.count()).isEqualTo(before);
  }

  @Test
  void refusesWhatItCannotLearnFrom() {
    ReducedImage image = Small.image(config, new Random(1), 2);
    ReducedImage wide = new ReducedImage(image.stage(), 1, image.values().length, image.values());
    int slot = config.imageTokenId();
    boolean[] last = {false, false, true};
    try (AdapterTrainer trainer = AdapterTrainer.open(model, SETTINGS)) {
      assertRefused(trainer, Optional.of(image), new int[] {5, 6, 7}, last, "0 image placeholders");
      assertRefused(trainer, Optional.empty(), new int[] {5, slot, 7}, last, "1 image placeholder");
      assertRefused(trainer, Optional.of(image), new int[] {5, 6, slot}, last, "as an answer");
      assertRefused(trainer, Optional.empty(), new int[] {5, 6, 9999}, last, "id 9999");
      assertRefused(trainer, Optional.empty(), new int[] {5, -1, 7}, last, "id -1");
      assertRefused(trainer, Optional.of(wide), new int[] {5, slot, 7}, last, "wide");
      List<TrainingExample> silent =
          List.of(new TrainingExample(Optional.empty(), new int[] {5, 6}, new boolean[2]));
      assertThatThrownBy(() -> trainer.step(silent))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no answer token");
      assertThat(trainer.steps()).isZero();
    }
  }

  private static void assertRefused(
      AdapterTrainer trainer,
      Optional<ReducedImage> image,
      int[] ids,
      boolean[] answers,
      String why) {
    List<TrainingExample> batch = List.of(new TrainingExample(image, ids, answers));
    assertThatThrownBy(() -> trainer.step(batch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("example 0")
        .hasMessageContaining(why);
  }

  @Test
  void refusesFp16() {
    try (LlavaModel half = Small.model("gqa", Precision.FP16)) {
      assertThatThrownBy(() -> AdapterTrainer.open(half, SETTINGS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("use bf16 or fp32");
    }
  }

  private interface Batches {
    List<TrainingExample> at(int step);
  }

  private static List<StepResult> train(AdapterTrainer trainer, int count, Batches batches) {
    List<StepResult> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(trainer.step(batches.at(trainer.steps())));
    }
    return results;
  }

  private static byte[] state(AdapterTrainer trainer) throws IOException {
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    trainer.saveState(state);
    return state.toByteArray();
  }
}
