package io.prumerge.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of several sequences as one matrix, without padding. Rows come from the text's
 * embeddings or behind these from the images' tokens.
 *
 * @param lists as the forward pass takes them: text ids; for each row where it comes from; its
 *     position; rows before an answer; these answers; rows of the images' tokens
 * @param rows of each sequence
 * @param images the images' tokens, one image after the other; none where there is no image
 */
record PackedExamples(List<int[]> lists, int[] rows, List<ReducedImage> images) {

  /** Places in {@code lists}. */
  static final int POSITIONS = 2;

  static final int VISUAL = 5;

  /**
   * @param examples checked
   * @param imageToken the placeholder's id
   */
  static PackedExamples of(List<TrainingExample> examples, int imageToken) {
    int text =
        examples.stream()
            .mapToInt(example -> example.ids().length - example.image().map(i -> 1).orElse(0))
            .sum();
    IntStream.Builder ids = IntStream.builder();
    IntStream.Builder sources = IntStream.builder();
    IntStream.Builder before = IntStream.builder();
    IntStream.Builder answers = IntStream.builder();
    IntStream.Builder visual = IntStream.builder();
    List<ReducedImage> images = new ArrayList<>();
    int row = 0;
    int nextText = 0;
    int nextVisual = text;
    for (TrainingExample example : examples) {
      int[] all = example.ids();
      boolean[] learned = example.answers();
      for (int i = 0; i < all.length; i++) {
        if (all[i] == imageToken) {
          ReducedImage image = example.image().orElseThrow();
          images.add(image);
          for (int token = 0; token < image.rows(); token++) {
            sources.add(nextVisual++);
            visual.add(row++);
          }
          continue;
        }
        if (learned[i]) {
          before.add(row - 1);
          answers.add(all[i]);
        }
        ids.add(all[i]);
        sources.add(nextText++);
        row++;
      }
    }
    int[] rows = examples.stream().mapToInt(TrainingExample::length).toArray();
    int[] positions = IntStream.of(rows).flatMap(count -> IntStream.range(0, count)).toArray();
    return new PackedExamples(
        List.of(
            ids.build().toArray(),
            sources.build().toArray(),
            positions,
            before.build().toArray(),
            answers.build().toArray(),
            visual.build().toArray()),
        rows,
        images);
  }

  /** All images' tokens [rows x width], row by row. */
  float[] tokens() {
    int count = images.stream().mapToInt(image -> image.values().length).sum();
    float[] tokens = new float[count];
    int start = 0;
    for (ReducedImage image : images) {
      System.arraycopy(image.values(), 0, tokens, start, image.values().length);
      start += image.values().length;
    }
    return tokens;
  }

  /** Rows of all images' tokens. */
  int visualRows() {
    return lists.get(VISUAL).length;
  }
}
