package io.prumerge.training;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.model.LlavaModel;
import io.prumerge.reduction.Stage;
import io.prumerge.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small models and made-up examples. */
final class Small {

  private Small() {}

  static LlavaModel model(String checkpoint, Precision precision) {
    return model(Goldens.path("checkpoints/" + checkpoint), precision);
  }

  static LlavaModel model(Path folder, Precision precision) {
    return LlavaModel.load(Checkpoint.open(folder), Device.cpu(), precision);
  }

  /** A training of rank 3 with connector, at rates that change values visibly. */
  static TrainingSettings settings(int passRows, boolean recompute) {
    return settings(new LoraSettings(3, 5, true, 0), passRows, recompute);
  }

  static TrainingSettings settings(LoraSettings lora, int passRows, boolean recompute) {
    OptimizerSettings optimizer = new OptimizerSettings(1e-2, 1e-3, 0.01, 0.9, 0.99, 1e-8, 0.25);
    return new TrainingSettings(lora, optimizer, 8, 7, passRows, recompute);
  }

  /** Sequences of different lengths, one without an image, one whose answer follows the image. */
  static List<TrainingExample> batch(LlavaConfig config, long seed) {
    Random random = new Random(seed);
    List<TrainingExample> batch = new ArrayList<>();
    batch.add(example(config, random, 3, 6, 2, 4));
    batch.add(example(config, random, 0, 5, -1, 4));
    batch.add(example(config, random, 1, 3, 1, 2));
    batch.add(example(config, random, 5, 9, 4, 5));
    return batch;
  }

  /** So many questions about each of some images, with different texts and lengths. */
  static List<TrainingExample> questions(LlavaConfig config, int each, int images) {
    Random random = new Random(11);
    List<TrainingExample> questions = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      ReducedImage image = image(config, random, 4 + i);
      for (int j = 0; j < each; j++) {
        int[] ids = new int[5 + j];
        boolean[] answers = new boolean[ids.length];
        for (int k = 0; k < ids.length; k++) {
          ids[k] = k < 2 ? 20 + k : 10 + random.nextInt(600);
          answers[k] = k >= 3 + j / 2;
        }
        ids[2] = config.imageTokenId();
        questions.add(new TrainingExample(Optional.of(image), ids, answers));
      }
    }
    return questions;
  }

  private static TrainingExample example(
      LlavaConfig config, Random random, int visual, int length, int slot, int answer) {
    int[] ids = new int[length];
    boolean[] answers = new boolean[length];
    // Specials stand at both ends of these vocabularies.
    int ordinary = Math.min(600, config.text().vocabSize() - 20);
    for (int i = 0; i < length; i++) {
      ids[i] = i == slot ? config.imageTokenId() : 10 + random.nextInt(ordinary);
      answers[i] = i >= answer;
    }
    return new TrainingExample(
        visual == 0 ? Optional.empty() : Optional.of(image(config, random, visual)), ids, answers);
  }

  static ReducedImage image(LlavaConfig config, Random random, int rows) {
    int width = Math.toIntExact(config.featureSize());
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new ReducedImage(Stage.BEFORE_CONNECTOR, rows, width, values);
  }
}
