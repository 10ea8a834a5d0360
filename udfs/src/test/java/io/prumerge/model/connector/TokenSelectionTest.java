package io.prumerge.model.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerTokens;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenSelectionTest {

  @Test
  void keptTokensHaveTheirPlacesInTheOrderFed() {
    assertThat(TokenSelection.of(new int[] {7, 2, 5}).places(9)).containsExactly(7, 2, 5);
    assertThat(TokenSelection.of(new int[0]).places(9)).isEmpty();
  }

  @Test
  void theSummaryHasTheLowerMedianOfWhatItSums() {
    // 0, 1, 3, 4, 6 and 8 are left
    assertThat(TokenSelection.merged(new int[] {7, 2, 5}, 2, true).places(9))
        .containsExactly(7, 2, 5, 3);
    assertThat(TokenSelection.merged(new int[] {0, 1}, 2, true).places(2)).containsExactly(0, 1, 0);
  }

  @Test
  void aSumHasItsPatchsPlaceOrTheLowerMedianOfItsParts() {
    Blend cell =
        new Blend(
            List.of(new BlendPart(8, 0.5f), new BlendPart(1, 0.25f), new BlendPart(3, 0.25f)));
    TokenSelection blended =
        new TokenSelection.Blended(
            Stage.BEFORE_CONNECTOR,
            List.of(
                Blend.copy(Blend.CLASS_TOKEN),
                Blend.copy(6),
                Blend.mean(4, List.of(0, 1)),
                cell,
                new Blend(List.of(new BlendPart(5, 0.5f), new BlendPart(2, 0.5f))),
                Blend.ZERO));
    assertThat(blended.places(9)).containsExactly(0, 6, 4, 3, 2, 0);
  }

  @Test
  void aTokenMergedInTheTowerHasTheLowerMedianOfItsPatches() {
    List<int[]> groups = List.of(new int[] {4}, new int[] {0, 1, 5, 7}, new int[] {2, 3, 8});
    InsideTokens left = new InsideTokens(null, groups, new TowerTokens(0, List.of()), 0, null);
    TokenSelection inside = TokenSelection.Inside.of(null, groups);
    assertThat(inside).isEqualTo(TokenSelection.Inside.of(null, groups));
    assertThat(inside.places(9)).containsExactly(4, 1, 3);
    assertThat(left.kept()).containsExactly(4);
  }

  @Test
  void tokensOfASmallerImageHaveNone() {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> new TokenSelection.Small(2).places(9));
  }
}
