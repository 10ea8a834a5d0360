package io.prumerge.training;

import io.prumerge.config.LlavaConfig;
import io.prumerge.lang.Text;
import io.prumerge.model.decoder.RopeFrequencies;
import io.prumerge.reduction.Stage;
import java.util.List;
import java.util.stream.IntStream;

/** Refuses examples that a model cannot learn from. */
final class ExampleCheck {

  private final LlavaConfig config;
  private final LoraSettings lora;
  private final RopeFrequencies rope;

  ExampleCheck(LlavaConfig config, LoraSettings lora, RopeFrequencies rope) {
    this.config = config;
    this.lora = lora;
    this.rope = rope;
  }

  /**
   * @throws IllegalArgumentException naming the example and what is wrong with it
   */
  void check(List<TrainingExample> batch) {
    for (int i = 0; i < batch.size(); i++) {
      String problem = problem(batch.get(i));
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot learn from example " + i + " of the batch: " + problem);
      }
    }
    long stages =
        batch.stream()
            .flatMap(one -> one.image().stream())
            .map(ReducedImage::stage)
            .distinct()
            .count();
    if (stages > 1) {
      throw new IllegalArgumentException(
          "Cannot learn from images before and after the connector in one batch; reduce all by"
              + " one method");
    }
  }

  private String problem(TrainingExample example) {
    int[] ids = example.ids();
    boolean[] answers = example.answers();
    int[] slots =
        IntStream.range(0, ids.length).filter(i -> ids[i] == config.imageTokenId()).toArray();
    if (slots.length != (example.image().isPresent() ? 1 : 0)) {
      return "it has "
          + slots.length
          + " image placeholders and "
          + (example.image().isPresent() ? "an image" : "no image");
    }
    if (IntStream.of(slots).anyMatch(slot -> answers[slot])) {
      return "the image placeholder is marked as an answer";
    }
    int vocabulary = config.text().vocabSize();
    int[] unknown = IntStream.of(ids).filter(id -> id < 0 || id >= vocabulary).toArray();
    if (unknown.length > 0) {
      return "its id " + unknown[0] + " is outside the vocabulary of " + vocabulary;
    }
    int length = example.length();
    int window = config.text().positions().window().orElse(Integer.MAX_VALUE);
    if (length > window) {
      return "its " + length + " positions are more than the sliding window of " + window;
    }
    if (rope.dependsOn(example.positions())) {
      return "beyond "
          + config.text().positions().trained()
          + " positions the rotation of keys would follow the length; it has "
          + example.positions();
    }
    return example.image().map(this::problem).orElse("");
  }

  private String problem(ReducedImage image) {
    boolean before = image.stage() == Stage.BEFORE_CONNECTOR;
    long width = before ? config.featureSize() : config.text().hiddenSize();
    if (image.width() != width) {
      return Text.format("its image's tokens are %d wide, not %d", image.width(), width);
    }
    return !before && lora.connector()
        ? "its image's tokens are taken after the connector, which is trained"
        : "";
  }
}
