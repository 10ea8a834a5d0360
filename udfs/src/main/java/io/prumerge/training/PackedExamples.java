package io.prumerge.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of several sequences as one matrix, without padding. Rows come from the text's
 * embeddings or behind these from the images' tokens. Sequences that follow each other and begin
 * with the same text and image are one group: its rows are what they share, then what each has for
 * itself, at the positions that it has alone.
 *
 * @param lists as the forward pass takes them: text ids; for each row where it comes from; its
 *     position; rows before an answer; these answers; rows of the images' tokens; then for each
 *     group the segments of its rows, -1 in what is shared, or none for one sequence alone
 * @param rows of each group
 * @param images the images' tokens, one image after the other; none where there is no image
 */
record PackedExamples(List<int[]> lists, int[] rows, List<ReducedImage> images) {

  /** Places in {@code lists}. */
  static final int POSITIONS = 2;

  static final int VISUAL = 5;
  static final int SEGMENTS = 6;

  /**
   * @param examples checked
   * @param imageToken the placeholder's id
   */
  static PackedExamples of(List<TrainingExample> examples, int imageToken) {
    return new ExamplePacker(imageToken).pack(groups(examples, imageToken));
  }

  private static List<List<TrainingExample>> groups(
      List<TrainingExample> examples, int imageToken) {
    List<List<TrainingExample>> groups = new ArrayList<>();
    for (TrainingExample example : examples) {
      List<TrainingExample> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
      if (last.isEmpty() || common(last.get(0), example, imageToken) == 0) {
        groups.add(new ArrayList<>(List.of(example)));
      } else {
        last.add(example);
      }
    }
    return groups;
  }

  /**
   * Positions at their beginning that two examples have in common, up to the same image; 0 if they
   * have other images, other text before it, or something to learn there.
   */
  static int common(TrainingExample one, TrainingExample other, int imageToken) {
    if (one.image().isEmpty() || one.image().get() != other.image().orElse(null)) {
      return 0;
    }
    int end = 1 + slot(one, imageToken);
    boolean same =
        end <= other.ids().length
            && Arrays.equals(one.ids(), 0, end, other.ids(), 0, end)
            && IntStream.range(0, end).noneMatch(i -> one.answers()[i] || other.answers()[i]);
    return same ? end - 1 + one.image().get().rows() : 0;
  }

  /** Where the placeholder stands. */
  static int slot(TrainingExample example, int imageToken) {
    int[] ids = example.ids();
    return IntStream.range(0, ids.length)
        .filter(i -> ids[i] == imageToken)
        .findFirst()
        .orElseThrow();
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
