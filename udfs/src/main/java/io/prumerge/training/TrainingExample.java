package io.prumerge.training;

import io.prumerge.config.LlavaConfig;
import io.prumerge.model.decoder.RopeFrequencies;
import io.prumerge.reduction.Stage;
import io.prumerge.training.TrainingSettings.LoraSettings;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One sequence to learn from.
 *
 * @param image stands at the placeholder; empty where the ids have none
 * @param ids prompt and answers, with one placeholder for all of the image's tokens
 * @param answers for each id whether it is to be predicted, from what stands before it. The first
 *     id and the placeholder cannot be
 */
public record TrainingExample(Optional<ReducedImage> image, int[] ids, boolean[] answers) {

  public TrainingExample {
    Objects.requireNonNull(image, "image is null");
    ids = ids.clone();
    answers = answers.clone();
    if (ids.length == 0 || ids.length != answers.length) {
      throw new IllegalArgumentException(
          "Cannot learn from " + ids.length + " ids with " + answers.length + " marks of answers");
    }
    if (answers[0]) {
      throw new IllegalArgumentException(
          "Cannot learn the first id of a sequence: nothing stands before it");
    }
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public boolean[] answers() {
    return answers.clone();
  }

  /** Returns the rows in the decoder. */
  public int length() {
    return image.map(visual -> ids.length - 1 + visual.rows()).orElse(ids.length);
  }

  /** Returns the position after the last row; more than {@link #length} where some were dropped. */
  public int positions() {
    return image.map(visual -> ids.length - 1 + visual.span()).orElse(ids.length);
  }

  /** Returns the tokens that the loss is of. */
  public int answerTokens() {
    int count = 0;
    for (boolean answer : answers) {
      count += answer ? 1 : 0;
    }
    return count;
  }

  /**
   * The visual tokens that a method left of an image: what a training needs of it, computed once.
   *
   * @param stage where they were taken: before the connector, through which a training then leads
   *     them, or after it
   * @param rows their number, at least 1
   * @param width of each: the tower's features before the connector, the decoder's after it
   * @param values row by row [rows x width]; not copied, and not to be changed
   * @param positions of the rows in the decoder, from 0 at the image's first one; likewise
   * @param span how many positions the image takes there: the text goes on after them
   */
  public record ReducedImage(
      Stage stage, int rows, int width, float[] values, int[] positions, int span)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Tokens that close up. */
    public ReducedImage(Stage stage, int rows, int width, float[] values) {
      this(stage, rows, width, values, IntStream.range(0, rows).toArray(), rows);
    }

    public ReducedImage {
      if (positions.length != rows) {
        throw new IllegalArgumentException(
            "Cannot put " + rows + " tokens at " + positions.length + " positions");
      }
      if (rows < 1 || width < 1 || values.length != (long) rows * width) {
        throw new IllegalArgumentException(
            "Cannot take " + values.length + " values as " + rows + " tokens of width " + width);
      }
    }
  }

  /** Refuses examples that a model cannot learn from. */
  static final class Check {

    private final LlavaConfig config;
    private final LoraSettings lora;
    private final RopeFrequencies rope;

    Check(LlavaConfig config, LoraSettings lora, RopeFrequencies rope) {
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
        return String.format(
            Locale.ROOT, "its image's tokens are %d wide, not %d", image.width(), width);
      }
      return !before && lora.connector()
          ? "its image's tokens are taken after the connector, which is trained"
          : "";
    }
  }
}
