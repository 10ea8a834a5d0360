package io.prumerge.architecture;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How the frames of a video become one sequence: the connector's rows of each, made fewer, frame
 * after frame, with a learned row (LLaVA-OneVision: transformers 4.57.1, {@code
 * modeling_llava_onevision.py}, {@code get_video_features}).
 *
 * @param side patches in a row of the tower's view of a frame
 * @param pooling how they become fewer
 * @param newline where the learned row stands
 */
public record VideoLayout(int side, VideoPooling pooling, VideoNewline newline) {

  public VideoLayout {
    Objects.requireNonNull(newline, "newline is null");
    if (pooling.side(side) < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "No frame of %d x %d patches can be made smaller", side, side));
    }
  }

  /** Returns the rows and columns of a frame's tokens. */
  public PatchGrid frame() {
    return PatchGrid.square(pooling.side(side));
  }

  /** Returns the arrangement of all rows. */
  Arrangement all(ViewGrid video) {
    int count = frame().patches();
    return new Arrangement(
        switch (newline) {
          case AT_END -> ended(video.timeSteps() * count);
          case AFTER_LINES ->
              IntStream.range(0, video.timeSteps() * count)
                  .flatMap(
                      row ->
                          (row + 1) % frame().cols() == 0
                              ? IntStream.of(row, SequenceLayout.NEWLINE)
                              : IntStream.of(row))
                  .toArray();
        });
  }

  /**
   * Returns the arrangement of what a method left: frame after frame, and the learned row behind
   * the last one, which no method takes away.
   */
  Arrangement reduced(List<ViewTokens> frames) {
    return new Arrangement(ended(frames.stream().mapToInt(ViewTokens::count).sum()));
  }

  private static int[] ended(int rows) {
    return IntStream.concat(IntStream.range(0, rows), IntStream.of(SequenceLayout.NEWLINE))
        .toArray();
  }

  /** Returns the place in the sequence of each row, as {@link SequenceLayout#places}. */
  int[] places(ViewGrid video) {
    int[] order = all(video).order();
    return IntStream.range(0, order.length)
        .filter(place -> order[place] != SequenceLayout.NEWLINE)
        .toArray();
  }
}
