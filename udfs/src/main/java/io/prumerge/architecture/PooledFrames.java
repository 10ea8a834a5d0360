package io.prumerge.architecture;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Frames whose rows the connector makes, and which are pooled behind it: those of each, made fewer,
 * frame after frame, with a learned row (LLaVA-OneVision: transformers 4.57.1, {@code
 * modeling_llava_onevision.py}, {@code get_video_features}) or one for each line (LLaVA-Video:
 * LLaVA-VL/LLaVA-NeXT df17966, {@code llava_arch.py}, {@code add_token_per_grid}).
 *
 * @param side patches in a row of the tower's view of a frame
 * @param pooling how they become fewer
 * @param newline where the learned row stands
 */
public record PooledFrames(int side, VideoPooling pooling, VideoNewline newline)
    implements VideoLayout {

  public PooledFrames {
    if (pooling.side(side) < 1) {
      throw new IllegalArgumentException(
          Text.format("No frame of %d x %d patches can be made smaller", side, side));
    }
  }

  /** Returns the rows and columns of a frame's tokens. */
  public PatchGrid frame() {
    return PatchGrid.square(pooling.side(side));
  }

  @Override
  public Optional<Arrangement> all(ViewGrid video) {
    return Optional.of(order(video));
  }

  private Arrangement order(ViewGrid video) {
    int[] patches = IntStream.range(0, frame().patches()).toArray();
    return order(Collections.nCopies(video.views(), new ViewTokens(patches.length, patches)));
  }

  /**
   * {@inheritDoc} All learned rows stay. Those of lines stand behind what is left of each, as
   * HoliTom's authors have them (cokeshao/HoliTom e9b2972, {@code visionzip/llava_arch.py}), where
   * a frame's tokens are patches in raster order; otherwise behind the frame's tokens, as VidCom2's
   * have them always (xuyang-liu16/VidCom2 944a17d, {@code vidcom2.py}).
   */
  @Override
  public Optional<Arrangement> reduced(ViewGrid video, List<ViewTokens> frames) {
    return Optional.of(order(frames));
  }

  private Arrangement order(List<ViewTokens> frames) {
    int rows = frames.stream().mapToInt(ViewTokens::count).sum();
    return new Arrangement(
        switch (newline) {
          case AT_END -> ended(rows);
          case AFTER_LINES -> lines(frames);
        });
  }

  private int[] lines(List<ViewTokens> frames) {
    IntStream.Builder order = IntStream.builder();
    int row = 0;
    for (ViewTokens tokens : frames) {
      boolean raster = tokens.inRasterOrder();
      int token = 0;
      for (int line = 1; line <= frame().rows(); line++) {
        int patches = line * frame().cols();
        while (token < tokens.count() && (!raster || tokens.kept()[token] < patches)) {
          order.add(row++);
          token++;
        }
        order.add(SequenceLayout.NEWLINE);
      }
    }
    return order.build().toArray();
  }

  private static int[] ended(int rows) {
    return IntStream.concat(IntStream.range(0, rows), IntStream.of(SequenceLayout.NEWLINE))
        .toArray();
  }

  @Override
  public int[] learned(ViewGrid video) {
    int[] order = order(video).order();
    return IntStream.range(0, order.length)
        .filter(place -> order[place] == SequenceLayout.NEWLINE)
        .toArray();
  }

  @Override
  public int[] places(ViewGrid video) {
    int[] order = order(video).order();
    return IntStream.range(0, order.length)
        .filter(place -> order[place] != SequenceLayout.NEWLINE)
        .toArray();
  }
}
