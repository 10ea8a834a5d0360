package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code over=video}: all frames at once, against the same definition written slowly. */
class OverVideoTest {

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static List<ArrayPatchTokens> video(int frames, int patches, int width, long seed) {
    Random random = new Random(seed);
    return ArrayPatchTokens.video(
        Stream.generate(
                () -> {
                  float[][] rows = new float[patches][width];
                  for (float[] row : rows) {
                    for (int i = 0; i < width; i++) {
                      row[i] = (float) random.nextGaussian();
                    }
                  }
                  return ArrayPatchTokens.seen(rows, new float[patches]);
                })
            .limit(frames)
            .toList());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "2, 1", "3, 4", "5, 9", "7, 6"})
  void choosesWhatComparingAllPairsChooses(int frames, int patches) {
    List<ArrayPatchTokens> video = video(frames, patches, 4, frames + patches);
    for (int tokens = 1; tokens <= frames * patches; tokens++) {
      TokenReducer reducer = reducer("divprune:over=video,tokens=" + tokens);
      assertThat(VideoKept.of(reducer, video))
          .containsExactly(IntStream.of(slowPicks(video, tokens)).sorted().toArray());
      assertThat(video.stream().mapToInt(reducer::tokens).sum()).isEqualTo(tokens);
    }
  }

  // Max-min distance, all of it computed again for each pick.
  private static int[] slowPicks(List<ArrayPatchTokens> video, int tokens) {
    int count = video.size() * video.get(0).count();
    float[] cosines = video.get(0).of(new TowerEvidence.SequenceCosines(count, false));
    int[] picks = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      int[] before = Arrays.copyOf(picks, i);
      float best = Float.NEGATIVE_INFINITY;
      for (int row = 0; row < count; row++) {
        int one = row;
        if (IntStream.of(before).anyMatch(pick -> pick == one)) {
          continue;
        }
        int[] others = i > 0 ? before : IntStream.range(0, count).filter(o -> o != one).toArray();
        float nearest = Float.MAX_VALUE;
        for (int other : others) {
          nearest = Math.min(nearest, 1 - cosines[one * count + other]);
        }
        if (nearest > best) {
          best = nearest;
          picks[i] = row;
        }
      }
    }
    return picks;
  }

  /** One frame shows what the others do not: it gets more than its part. */
  @Test
  void framesMayKeepNothing() {
    float[][] same = {{1, 0}, {1, 0}};
    float[][] other = {{-1, 0}, {0, 1}};
    List<ArrayPatchTokens> video =
        ArrayPatchTokens.video(
            Stream.of(same, same, other)
                .map(rows -> ArrayPatchTokens.seen(rows, new float[2]))
                .toList());
    assertThat(VideoKept.of(reducer("divprune:over=video,tokens=3"), video))
        .containsExactly(0, 4, 5);
    assertThat(VideoKept.of(reducer("divprune:tokens=3"), video)).containsExactly(0, 2, 4);
  }

  @Test
  void picksStayInTheirOrderWithinAFrame() {
    List<ArrayPatchTokens> video = video(3, 16, 5, 7);
    int[] picks = slowPicks(video, 20);
    int[] byFrame =
        IntStream.range(0, 3)
            .flatMap(frame -> IntStream.of(picks).filter(pick -> pick / 16 == frame))
            .toArray();
    assertThat(VideoKept.of(reducer("divprune:order=picked,over=video,tokens=20"), video))
        .containsExactly(byFrame);
  }

  @Test
  void looksAtAllPairsOnce() {
    TokenReducer reducer = reducer("divprune:over=video,tokens=9");
    List<ArrayPatchTokens> video = video(3, 4, 2, 1);
    TowerEvidence all = new TowerEvidence.SequenceCosines(12, false);
    TowerEvidence projected = new TowerEvidence.Projected();
    assertThat(reducer.needs(video.get(0))).containsExactlyInAnyOrder(projected, all);
    assertThat(reducer.needs(video.get(1))).containsExactly(projected);
    assertThat(reducer("divprune:tokens=9").needs(video.get(1)))
        .containsExactly(TowerEvidence.Cosines.OF_PROJECTED);
  }

  /** 41.8 frames of 196 are 8,192. */
  @Test
  void refusesMoreThanCanBeCompared() {
    TokenReducer reducer = reducer("divprune:over=video,tokens=64");
    List<ArrayPatchTokens> most = video(64, 128, 1, 1);
    assertThat(reducer.tokens(most.get(0))).isOne();
    List<ArrayPatchTokens> more = video(42, 196, 1, 1);
    for (Runnable use :
        List.<Runnable>of(
            () -> reducer.tokens(more.get(3)),
            () -> reducer.reduceImage(more),
            () -> reducer.needs(more.get(0)))) {
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(use::run)
          .withMessage(
              "Cannot compare all 8232 patches of a video with each other, as"
                  + " divprune:over=video,tokens=64 does: at most 8192; choose fewer frames, or"
                  + " leave over=video out");
    }
    assertThat(reducer("divprune:tokens=64").tokens(more.get(3))).isEqualTo(2);
  }

  @Test
  void picturesAreAsWithout() {
    ArrayPatchTokens picture =
        ArrayPatchTokens.seen(new float[][] {{1, 2}, {2, 1}, {2, 2}, {-1, 0}}, new float[4]);
    int[] kept = reducer("divprune:tokens=2").reduce(picture).keptIndices().orElseThrow();
    TokenReducer over = reducer("divprune:over=video,tokens=2");
    assertThat(over.reduce(picture).keptIndices()).hasValue(kept);
    assertThat(over.needs(picture)).containsExactly(TowerEvidence.Cosines.OF_PROJECTED);
  }

  @ParameterizedTest
  @CsvSource({
    "'divprune:over=frame,tokens=9', divprune:tokens=9",
    "'divprune:tokens=9,over=video', 'divprune:over=video,tokens=9'",
    "'divprune:tokens=25%,over=video,order=picked', 'divprune:order=picked,over=video,tokens=25%'",
  })
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"divprune:over=all,tokens=9", "holov:over=video,tokens=9"})
  void whatAMethodDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }
}
