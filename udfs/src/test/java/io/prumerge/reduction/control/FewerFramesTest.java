package io.prumerge.reduction.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.PictureLimit.OfFrames;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FewerFramesTest {

  private static OfFrames limit(String spec) {
    return (OfFrames) TokenReducers.of(MethodSpec.parse(spec)).picture().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "frames=1, 1, 0",
    "frames=1, 2, 1",
    "frames=1, 3, 1",
    "frames=1, 8, 4",
    "frames=2, 8, 2 6",
    "frames=4, 8, 1 3 5 7",
    "frames=3, 8, 1 4 6",
    "frames=4, 16, 2 6 10 14",
    "frames=8, 8, 0 1 2 3 4 5 6 7",
    "frames=9, 8, 0 1 2 3 4 5 6 7",
    "frames=50%, 8, 1 3 5 7",
    "frames=50%, 5, 1 3",
    "frames=50%, 7, 0 2 4 6",
    "frames=1%, 8, 4",
    "frames=100%, 3, 0 1 2",
  })
  void takesTheMiddlesOfEqualParts(String spec, int chosen, String places) {
    assertThat(limit(spec).places(chosen))
        .containsExactly(Arrays.stream(places.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void takesDistinctFramesOfEveryNumber() {
    for (int chosen = 1; chosen <= 64; chosen++) {
      for (int most = 1; most <= chosen + 1; most++) {
        int[] places = new PictureLimit.Frames(most).places(chosen);
        assertThat(places).hasSize(Math.min(most, chosen)).isSorted().doesNotHaveDuplicates();
        assertThat(places[places.length - 1]).isLessThan(chosen);
      }
    }
    assertThat(new PictureLimit.Frames(Integer.MAX_VALUE).places(3)).containsExactly(0, 1, 2);
  }

  @Test
  void makesNothingSmallerThanOneFrame() {
    TokenReducer other = TokenReducers.of(MethodSpec.parse("random:tokens=@frames=4"));

    assertThat(other.picture()).as("it sees the whole video").isEmpty();
    assertThat(limit("frames=0.1%").count(1)).isEqualTo(1);
  }
}
