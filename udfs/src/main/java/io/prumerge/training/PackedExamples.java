package io.prumerge.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of several sequences as one matrix, without padding. Rows come from the text's
 * embeddings or after these from the images' tokens. Sequences that follow each other and begin
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
   * Returns the rows at their beginning that two examples have in common, up to the same image; 0
   * if they have other images, other text before it, or something to learn there.
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

  /** Returns where the placeholder stands. */
  static int slot(TrainingExample example, int imageToken) {
    int[] ids = example.ids();
    return IntStream.range(0, ids.length)
        .filter(i -> ids[i] == imageToken)
        .findFirst()
        .orElseThrow();
  }

  /** Returns all images' tokens [rows x width], row by row. */
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

  /** Returns the rows of all images' tokens. */
  int visualRows() {
    return lists.get(VISUAL).length;
  }

  /**
   * Puts groups of sequences one after the other as {@link PackedExamples} has them. For one use.
   */
  private static final class ExamplePacker {
    // The first row of an image, and rows below it, until the number of all ids is known.
    private static final int BEHIND_TEXT = -1;
    private static final int SHARED = -1; // segment of what all sequences of a group see

    private final int imageToken;
    private final IntStream.Builder ids = IntStream.builder();
    private final IntStream.Builder sources = IntStream.builder();
    private final IntStream.Builder positions = IntStream.builder();
    private final IntStream.Builder before = IntStream.builder();
    private final IntStream.Builder answers = IntStream.builder();
    private final IntStream.Builder visual = IntStream.builder();
    private final List<ReducedImage> images = new ArrayList<>();
    private int row;
    private int texts;
    private int tokens;

    ExamplePacker(int imageToken) {
      this.imageToken = imageToken;
    }

    PackedExamples pack(List<List<TrainingExample>> groups) {
      List<int[]> segments = new ArrayList<>();
      IntStream.Builder rows = IntStream.builder();
      for (List<TrainingExample> group : groups) {
        int start = row;
        segments.add(group.size() == 1 ? alone(group.get(0)) : together(group));
        rows.add(row - start);
      }
      int[] from =
          sources
              .build()
              .map(source -> source < 0 ? texts + BEHIND_TEXT - source : source)
              .toArray();
      List<int[]> lists = new ArrayList<>();
      lists.add(ids.build().toArray());
      lists.add(from);
      for (IntStream.Builder list : List.of(positions, before, answers, visual)) {
        lists.add(list.build().toArray());
      }
      lists.addAll(segments);
      return new PackedExamples(lists, rows.build().toArray(), images);
    }

    private int[] alone(TrainingExample example) {
      add(example, 0, example.ids().length, 0, row - 1);
      return new int[0];
    }

    private int[] together(List<TrainingExample> group) {
      int start = row;
      int end = 1 + PackedExamples.slot(group.get(0), imageToken);
      add(group.get(0), 0, end, 0, row - 1);
      int shared = row - start;
      int next = end - 1 + group.get(0).image().orElseThrow().span();
      IntStream segments = IntStream.range(0, shared).map(i -> SHARED);
      for (int i = 0; i < group.size(); i++) {
        int segment = i;
        int first = row;
        add(group.get(i), end, group.get(i).ids().length, next, start + shared - 1);
        segments = IntStream.concat(segments, IntStream.range(first, row).map(r -> segment));
      }
      return segments.toArray();
    }

    /** Adds the rows of some ids, at positions from one on, after a row. */
    private void add(TrainingExample example, int from, int to, int position, int behind) {
      int[] all = example.ids();
      boolean[] learned = example.answers();
      int last = behind;
      int next = position;
      for (int i = from; i < to; i++) {
        if (learned[i]) {
          before.add(last);
          answers.add(all[i]);
        }
        if (all[i] == imageToken) {
          ReducedImage image = example.image().orElseThrow();
          images.add(image);
          for (int token = 0; token < image.rows(); token++) {
            visual.add(row);
            last = add(BEHIND_TEXT - tokens++, next + image.positions()[token]);
          }
          next += image.span();
        } else {
          ids.add(all[i]);
          last = add(texts++, next++);
        }
      }
    }

    private int add(int source, int position) {
      sources.add(source);
      positions.add(position);
      return row++;
    }
  }
}
