package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.MethodChoice;
import io.prumerge.image.Area;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MethodCardTest {

  private static String caption(Optional<List<Integer>> kept, int tokens, boolean summary) {
    int made = summary ? tokens - 1 : tokens;
    PatchMap map =
        PatchMap.whole(
            Explanations.of(
                3, 3, new int[] {0, 0, 0}, new Area(0, 0, 3, 3), 3, Explanations.scores(3, 0)));
    return MethodCard.caption(
        map,
        new MethodChoice(
            MethodSpec.NONE,
            kept,
            List.of(tokens),
            List.of(),
            List.of(),
            List.of(),
            ImageWork.of(new ReductionWork(false, made, 0, summary))));
  }

  @Test
  void theCaptionTellsPatchesFromOtherTokens() {
    assertThat(caption(Optional.empty(), 9, false)).isEqualTo("Every patch");
    assertThat(caption(Optional.of(List.of()), 0, false)).isEqualTo("0 patches");
    assertThat(caption(Optional.of(List.of(4)), 1, false)).isEqualTo("1 patch");
    assertThat(caption(Optional.of(List.of(4, 2)), 3, true))
        .isEqualTo("2 patches and one summary token");
    assertThat(caption(Optional.of(List.of(4, 2)), 3, false))
        .isEqualTo("2 patches and 1 mixed token");
    assertThat(caption(Optional.of(List.of()), 4, false)).isEqualTo("4 mixed tokens");
    assertThat(caption(Optional.of(List.of()), 1, true)).isEqualTo("one summary token");
  }
}
