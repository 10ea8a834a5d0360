package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.family.ImageFiles;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and videos of prompts, and their views. */
class VisualTest {

  private static final byte[] FRAME = {1, 2, 3};

  @Test
  void bytesAreThoseOfAllFrames() {
    assertThat(new Visual.Picture(FRAME).bytes()).isEqualTo(3);
    assertThat(new Visual.Video(List.of(FRAME, FRAME, FRAME), FrameTimes.UNKNOWN).bytes())
        .isEqualTo(9);
    assertThat(Visual.pictures(List.of())).isEmpty();
    assertThat(Visual.pictures(List.of(new byte[0], FRAME)))
        .extracting(Visual::bytes)
        .containsExactly(0L, 3L);
  }

  @Test
  void aVideoHasFramesAndATimeForEachOrNone() {
    FrameTimes two = new FrameTimes(List.of(0.0, 0.5), OptionalDouble.of(2), true);
    assertThat(new Visual.Video(List.of(FRAME, FRAME), two).times().rate()).hasValue(2);
    assertThatThrownBy(() -> new Visual.Video(List.of(), FrameTimes.UNKNOWN))
        .hasMessageContaining("no frame");
    assertThatThrownBy(() -> new Visual.Video(List.of(FRAME), two))
        .hasMessage("1 frames cannot have 2 times");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRateIsAboveNothing(double rate) {
    assertThatThrownBy(() -> new FrameTimes(List.of(), OptionalDouble.of(rate), false))
        .hasMessageContaining("frames a second");
  }

  @Test
  void timesDoNotFall() {
    assertThat(new FrameTimes(List.of(0.0, 0.5, 0.5), OptionalDouble.empty(), false).seconds())
        .hasSize(3);
    for (List<Double> wrong :
        List.of(List.of(-0.5), List.of(1.0, 0.5), List.of(Double.NaN), List.of(0.0, 1 / 0.0))) {
      assertThatThrownBy(() -> new FrameTimes(wrong, OptionalDouble.empty(), false))
          .hasMessageContaining("No frame is at");
    }
    assertThatThrownBy(() -> new FrameTimes(List.of(), OptionalDouble.empty(), true))
        .hasMessageContaining("assumed");
  }

  @Test
  void someFramesHaveTheirTimesAndTheirRate() {
    FrameTimes all = FrameTimes.at(List.of(0.0, 0.5, 1.0, 3.0));
    assertThat(all.of(new int[] {0, 1, 2, 3}, 4)).isSameAs(all);
    assertThat(all.of(new int[] {1, 3}, 4))
        .isEqualTo(new FrameTimes(List.of(0.5, 3.0), OptionalDouble.of(0.5), false));
    assertThat(all.of(new int[] {2}, 4))
        .isEqualTo(new FrameTimes(List.of(1.0), OptionalDouble.of(0.25), false));
    FrameTimes assumed = new FrameTimes(List.of(), OptionalDouble.of(2), true);
    assertThat(assumed.of(new int[] {1, 3}, 4))
        .isEqualTo(new FrameTimes(List.of(), OptionalDouble.of(1), true));
    assertThat(FrameTimes.steady(4, 2, true).of(new int[] {0, 2}, 4))
        .isEqualTo(FrameTimes.steady(2, 1, true));
    assertThat(FrameTimes.UNKNOWN.of(new int[] {1}, 3)).isEqualTo(FrameTimes.UNKNOWN);
  }

  @Test
  void aVideoKnowsWhenItsSeenFramesAre() {
    FrameTimes times = FrameTimes.at(List.of(0.0, 2.0));
    assertThat(ViewGrid.video(9, 9, 2).times()).isEqualTo(FrameTimes.UNKNOWN);
    ViewGrid timed = ViewGrid.video(9, 9, new SeenFrames(2, 1, times));
    assertThat(timed.times()).isEqualTo(times);
    assertThat(timed).isNotEqualTo(ViewGrid.video(9, 9, 2));
  }

  @Test
  void framesAtARateFollowEachOtherAtOneDistance() {
    assertThat(FrameTimes.steady(3, 2, true))
        .isEqualTo(new FrameTimes(List.of(0.0, 0.5, 1.0), OptionalDouble.of(2), true));
    assertThat(FrameTimes.steady(1, 2, false).rate()).hasValue(2);
  }

  @Test
  void viewsOfAVideoFollowEachOtherInTime() {
    ViewGrid video = ViewGrid.video(640, 360, 8);
    assertThat(video.isVideo()).isTrue();
    assertThat(video.views()).isEqualTo(8);
    assertThat(video.tiles()).isZero();
    assertThat(ViewGrid.video(640, 360, 1)).isNotEqualTo(ViewGrid.whole(640, 360));
    assertThat(ViewGrid.whole(640, 360).isVideo()).isFalse();
    assertThat(new ViewGrids(List.of(ViewGrid.whole(1, 1), video, new ViewGrid(9, 9, 1, 2))))
        .returns(12, ViewGrids::views)
        .returns(new ViewSpan(1, 8), grids -> grids.around(8))
        .returns(new ViewSpan(9, 3), grids -> grids.span(2));
  }

  @Test
  void aVideoOfFewerFramesKnowsHowManyThereAre() {
    ViewGrid video = ViewGrid.video(640, 360, 8);
    assertThat(video.ofFrames(4)).returns(4, ViewGrid::views);
    assertThat(video.ofFrames(4).seenFrames().chosen()).isEqualTo(8);
    assertThat(video.ofFrames(4).ofFrames(8)).isEqualTo(video);
    assertThatThrownBy(() -> video.ofFrames(9)).hasMessageContaining("9 of a video's 8 frames");
    assertThatThrownBy(() -> video.ofFrames(0)).hasMessageContaining("0 of a video's 8 frames");
    assertThatThrownBy(() -> ViewGrid.whole(9, 9).ofFrames(1)).hasMessageContaining("No picture");
  }

  /** As many views as pairs; the last frame of an odd number is a view of its own. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 1, 2", "1, 2, 1", "2, 2, 1", "3, 2, 2", "4, 2, 2", "5, 2, 3"})
  void aViewMayBeAPairOfFrames(int frames, int ofView, int views) {
    SeenFrames seen = new SeenFrames(frames, ofView, FrameTimes.UNKNOWN);
    assertThat(seen.views()).isEqualTo(views);
    assertThat(ViewGrid.video(9, 9, seen).views()).isEqualTo(views);
    assertThat(seen.places()).hasSize(frames);
  }

  @Test
  void fewerFramesHaveTheirOwnTimes() {
    FrameTimes all = FrameTimes.at(List.of(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5));
    ViewGrid video = ViewGrid.video(640, 360, new SeenFrames(8, 2, all));
    assertThat(video.times()).isEqualTo(all);
    ViewGrid fewer = video.ofFrames(4);
    assertThat(fewer).returns(2, ViewGrid::views).isNotEqualTo(ViewGrid.video(640, 360, 4));
    assertThat(fewer.times().seconds()).containsExactly(0.5, 1.5, 2.5, 3.5);
    assertThat(fewer.times().rate()).hasValue(1);
    assertThat(fewer.ofFrames(8).times()).isEqualTo(all);
    assertThatThrownBy(() -> new SeenFrames(7, 2, all)).hasMessageContaining("7 frames");
    assertThatThrownBy(() -> new SeenFrames(8, 0, all)).hasMessageContaining("0 in a view");
  }

  @Test
  void aPairIsTwoMomentsUnlessItIsOneFrameTwice() {
    PixelValues table = new PixelValues(ImageFiles.CLIP);
    PixelBytes first = new PixelBytes(new byte[] {1, 2, 3}, table);
    PixelBytes second = new PixelBytes(new byte[] {4, 5, 6}, table);
    ViewPixels pair = FramePair.of(first, second);
    assertThat(pair.moments()).containsExactly(first, second);
    assertThat(pair.values()).startsWith(first.values()).endsWith(second.values()).hasSize(6);
    assertThat(FramePair.of(first, first)).isSameAs(first);
    assertThat(first.moments()).containsExactly(first);
  }

  @Test
  void aVideoHasAViewAndNoTiles() {
    assertThatThrownBy(() -> ViewGrid.video(640, 360, 0)).hasMessageContaining("0 frames");
    assertThatThrownBy(() -> ViewGrid.video(640, 360, -1)).hasMessageContaining("-1 frames");
    SeenFrames four = new SeenFrames(4, 1, FrameTimes.UNKNOWN);
    assertThatThrownBy(
            () -> new ViewGrid(9, 9, 2, 2, Optional.empty(), Optional.of(four), Optional.empty()))
        .hasMessageContaining("2 x 2 tiles");
  }
}
