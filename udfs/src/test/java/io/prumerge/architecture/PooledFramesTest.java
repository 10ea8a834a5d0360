package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.ViewGrid;
import java.util.List;
import org.junit.jupiter.api.Test;

class PooledFramesTest {

  private static final int ROW = SequenceLayout.NEWLINE;

  private static final ViewGrid VIDEO = ViewGrid.video(9, 9, 5);

  /** Frames of 5 x 5 patches, 2 x 2 behind the pooling. */
  private static PooledFrames layout(VideoNewline newline) {
    return new PooledFrames(5, VideoPooling.AVERAGE, newline);
  }

  @Test
  void linesHaveALearnedRowEach() {
    PooledFrames lines = layout(VideoNewline.AFTER_LINES);
    ViewGrid video = ViewGrid.video(9, 9, 2);
    assertThat(lines.all(video).orElseThrow().order())
        .containsExactly(0, 1, ROW, 2, 3, ROW, 4, 5, ROW, 6, 7, ROW);
    assertThat(lines.learned(video)).containsExactly(2, 5, 8, 11);
    assertThat(lines.places(video)).containsExactly(0, 1, 3, 4, 6, 7, 9, 10);
    assertThat(layout(VideoNewline.AT_END).all(video).orElseThrow().order())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, ROW);
    assertThat(layout(VideoNewline.AT_END).learned(video)).containsExactly(8);
  }

  @Test
  void learnedRowsStayBehindWhatIsLeftOfTheirLines() {
    PooledFrames lines = layout(VideoNewline.AFTER_LINES);
    List<ViewTokens> frames =
        List.of(
            new ViewTokens(2, new int[] {1, 2}), // one of each line
            new ViewTokens(1, new int[] {3}), // none of the first
            new ViewTokens(0, new int[0]),
            new ViewTokens(2, new int[] {3, 0}), // in another order
            new ViewTokens(3, new int[] {0, 1})); // more tokens than patches
    assertThat(lines.reduced(VIDEO, frames).orElseThrow().order())
        .containsExactly(0, ROW, 1, ROW, ROW, 2, ROW, ROW, ROW, 3, 4, ROW, ROW, 5, 6, 7, ROW, ROW);
    assertThat(layout(VideoNewline.AT_END).reduced(VIDEO, frames).orElseThrow().order())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, ROW);
  }

  @Test
  void frameIsTheAuthors() {
    assertThat(VideoPooling.BILINEAR.side(27)).isEqualTo(14);
    assertThat(VideoPooling.AVERAGE.side(27)).isEqualTo(13);
    assertThat(new PooledFrames(1, VideoPooling.BILINEAR, VideoNewline.AT_END).frame().patches())
        .isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PooledFrames(1, VideoPooling.AVERAGE, VideoNewline.AT_END))
        .withMessageContaining("1 x 1");
  }
}
