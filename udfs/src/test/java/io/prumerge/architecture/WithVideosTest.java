package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokens of pictures and of videos in one sequence. */
class WithVideosTest {

  private static final int NEWLINE = SequenceLayout.NEWLINE;

  private static PooledFrames layout(int side, VideoPooling pooling, VideoNewline newline) {
    return new PooledFrames(side, pooling, newline);
  }

  /** Tokens of a frame, and of a video of frames: LLaVA-OneVision's and LLaVA-Video's. */
  @ParameterizedTest
  @CsvSource({
    "27, BILINEAR, AT_END, 32, 196, 6273",
    "27, AVERAGE, AFTER_LINES, 64, 169, 11648",
    "27, BILINEAR, AFTER_LINES, 1, 196, 210",
    "5, BILINEAR, AT_END, 4, 9, 37",
    "4, BILINEAR, AT_END, 1, 4, 5",
    "5, AVERAGE, AT_END, 3, 4, 13",
    "1, BILINEAR, AT_END, 1, 1, 2",
    "2, AVERAGE, AFTER_LINES, 2, 1, 4",
  })
  void tokensOfVideos(
      int side, VideoPooling pooling, VideoNewline newline, int frames, int frame, int tokens) {
    PooledFrames layout = layout(side, pooling, newline);
    ViewGrid video = ViewGrid.video(640, 360, frames);
    assertThat(layout.frame().patches()).isEqualTo(frame);
    assertThat(layout.all(video).orElseThrow().tokens()).isEqualTo(tokens);
    assertThat(layout.places(video)).hasSize(frames * frame).isSorted();
    assertThat(layout.places(video).length + layout.learned(video).length).isEqualTo(tokens);
  }

  @Test
  void framesFollowEachOtherAndTheLearnedRowStays() {
    PooledFrames layout = layout(3, VideoPooling.BILINEAR, VideoNewline.AT_END);
    ViewGrid video = ViewGrid.video(9, 9, 2);
    assertThat(layout.frame()).isEqualTo(PatchGrid.square(2));
    assertThat(layout.all(video).orElseThrow().order())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, NEWLINE);
    assertThat(layout.learned(video)).containsExactly(8);
    List<ViewTokens> left =
        List.of(new ViewTokens(2, new int[] {3, 0}), new ViewTokens(0, new int[0]));
    assertThat(layout.reduced(video, left).orElseThrow().order()).containsExactly(0, 1, NEWLINE);
  }

  @Test
  void picturesKeepTheirOwnLayout() {
    PooledFrames videos = layout(3, VideoPooling.BILINEAR, VideoNewline.AT_END);
    SequenceLayout both = new WithVideos(new SingleViewLayout(9), videos);
    assertThat(both.all(ViewGrid.whole(9, 9))).isEmpty();
    assertThat(both.learned(ViewGrid.whole(9, 9))).isEmpty();
    assertThat(both.places(ViewGrid.whole(9, 9))).hasSize(9);
    assertThat(both.all(ViewGrid.video(9, 9, 1)).orElseThrow().tokens()).isEqualTo(5);
    assertThat(both.mostTokens()).isEqualTo(9);
    assertThat(both.mostViews()).isOne();
  }

  @Test
  void aFrameThatWouldHaveNoTokenIsRefused() {
    assertThatThrownBy(() -> layout(1, VideoPooling.AVERAGE, VideoNewline.AT_END))
        .hasMessage("No frame of 1 x 1 patches can be made smaller");
  }
}
