package io.prumerge.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Puts groups of sequences behind each other as {@link PackedExamples} has them. For one use. */
final class ExamplePacker {
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
        sources.build().map(source -> source < 0 ? texts + BEHIND_TEXT - source : source).toArray();
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
    IntStream segments = IntStream.range(0, shared).map(i -> SHARED);
    for (int i = 0; i < group.size(); i++) {
      int segment = i;
      int first = row;
      add(group.get(i), end, group.get(i).ids().length, shared, start + shared - 1);
      segments = IntStream.concat(segments, IntStream.range(first, row).map(r -> segment));
    }
    return segments.toArray();
  }

  /** Adds the rows of some ids, at positions from one on, behind a row. */
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
          last = add(BEHIND_TEXT - tokens++, next++);
        }
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
