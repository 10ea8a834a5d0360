package io.prumerge.reduction.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingReducersTest {

  private static ArrayPatchTokens patches(int side) {
    return patches(side, 0);
  }

  /** A flat grid with the given number of outliers and a hash that is not all zero. */
  private static ArrayPatchTokens patches(int side, int outliers) {
    float[] attention = new float[side * side];
    Arrays.fill(attention, 0.001f);
    Arrays.fill(attention, 0, outliers, 0.5f);
    byte[] sha256 = new byte[32];
    for (int index = 0; index < 32; index++) {
      sha256[index] = (byte) (index + 1);
    }
    return new ArrayPatchTokens(
        new float[side * side][1], new float[side * side][1], attention, sha256);
  }

  private static int[] kept(String method, PatchTokens patches) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    Reduction reduction = reducer.reduce(patches);
    int[] kept =
        reduction.keptIndices().orElseGet(() -> IntStream.range(0, patches.count()).toArray());
    assertThat(reducer.tokens(patches)).isEqualTo(reduction.tokens()).isEqualTo(kept.length);
    assertThat(reducer.needs()).isEmpty();
    return kept;
  }

  @Test
  void noneKeepsEverythingAndSaysSo() {
    Reduction reduction = TokenReducers.of(MethodSpec.parse("none")).reduce(patches(3));

    assertThat(reduction.tokens()).isEqualTo(9);
    assertThat(reduction.keptIndices()).isEmpty();
    assertThat(reduction.summary()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uniform:tokens=9",
        "first:tokens=9",
        "random:tokens=9",
        "spatial:tokens=9",
        "spatial:rows=3,cols=3",
        "uniform:tokens=@none"
      })
  void allOfThemIsNoReduction(String method) {
    Reduction reduction = TokenReducers.of(MethodSpec.parse(method)).reduce(patches(3));

    assertThat(reduction.keptIndices()).isEmpty();
    assertThat(reduction.tokens()).isEqualTo(9);
  }

  @Test
  void firstTakesRasterOrder() {
    assertThat(kept("first:tokens=4", patches(3))).containsExactly(0, 1, 2, 3);
    assertThat(kept("first:tokens=1", patches(1))).containsExactly(0);
  }

  @Test
  void uniformTakesTheMiddleOfEqualShares() {
    assertThat(kept("uniform:tokens=1", patches(3))).containsExactly(4);
    assertThat(kept("uniform:tokens=2", patches(3))).containsExactly(2, 6);
    assertThat(kept("uniform:tokens=3", patches(3))).containsExactly(1, 4, 7);
    for (int tokens = 1; tokens <= 49; tokens++) {
      int[] expected = new int[tokens];
      for (int i = 0; i < tokens; i++) {
        expected[i] = (int) Math.floor((i + 0.5) * 49 / tokens);
      }
      assertThat(kept("uniform:tokens=" + tokens, patches(7)))
          .isEqualTo(expected)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void spatialTakesTheCentresOfCells() {
    assertThat(kept("spatial:rows=1,cols=1", patches(3))).containsExactly(4);
    assertThat(kept("spatial:rows=2,cols=2", patches(4))).containsExactly(5, 7, 13, 15);
    assertThat(kept("spatial:rows=1,cols=3", patches(3))).containsExactly(3, 4, 5);
    assertThat(kept("spatial:rows=5,cols=8", patches(24)))
        .hasSize(40)
        .startsWith(2 * 24 + 1, 2 * 24 + 4)
        .endsWith(21 * 24 + 22)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "40,5,8",
    "35,5,7",
    "16,4,4",
    "576,24,24",
    "1,1,1",
    "36,6,6",
    "37,6,6",
    "575,24,24",
    "560,23,24"
  })
  void spatialTakesTheNearestGridThenTheSquarestThenTheWideOne(int tokens, int rows, int cols) {
    assertThat(kept("spatial:tokens=" + tokens, patches(24)))
        .isEqualTo(kept("spatial:rows=%d,cols=%d".formatted(rows, cols), patches(24)));
  }

  @Test
  void randomFollowsSeedAndImage() {
    int[] kept = kept("random:tokens=40", patches(24));

    assertThat(kept).hasSize(40).isSorted().doesNotHaveDuplicates();
    assertThat(kept("random:tokens=40,seed=0", patches(24))).isEqualTo(kept);
    assertThat(kept("random:tokens=40,seed=1", patches(24))).isNotEqualTo(kept);
    assertThat(kept("random:tokens=40", ArrayPatchTokens.scored(new float[576])))
        .isNotEqualTo(kept);
    assertThat(kept("random:tokens=41", patches(24))).contains(kept);
  }

  @Test
  void randomReachesEveryPatchEvenly() {
    int[] hits = new int[49];
    for (int seed = 0; seed < 4900; seed++) {
      for (int patch : kept("random:tokens=10,seed=" + seed, patches(7))) {
        hits[patch]++;
      }
    }

    // 1000 expected, standard deviation 28.
    for (int patchHits : hits) {
      assertThat(patchHits).isBetween(850, 1150);
    }
  }

  @Test
  void anotherMethodsCountIsTakenPerImageWithItsSummary() {
    for (String method : new String[] {"uniform", "first", "random"}) {
      assertThat(kept(method + ":tokens=@prumerge", patches(24, 39))).hasSize(40);
      assertThat(kept(method + ":tokens=@prumerge", patches(24, 15))).hasSize(16);
      assertThat(kept(method + ":tokens=@prumerge:summary=false", patches(24, 15))).hasSize(15);
      assertThat(kept(method + ":tokens=@prumerge+", patches(24, 15)))
          .hasSize(TokenReducers.of(MethodSpec.parse("prumerge+")).tokens(patches(24, 15)));
    }
    assertThat(kept("spatial:tokens=@prumerge", patches(24, 39)))
        .isEqualTo(kept("spatial:rows=5,cols=8", patches(24)));
  }

  @Test
  void anotherMethodsCountIsCutToThePatchesThereAre() {
    // PruMerge keeps all nine and appends a summary.
    assertThat(kept("first:tokens=@prumerge:ratio=1", patches(3))).hasSize(9);
  }

  @Test
  void countingAnotherMethodMakesNoTensors() {
    ArrayPatchTokens patches = patches(24, 39);
    Set<String> asked = new HashSet<>();
    PatchTokens counted =
        new PatchTokens() {
          @Override
          public int count() {
            return patches.count();
          }

          @Override
          public PatchGrid grid() {
            return patches.grid();
          }

          @Override
          public float[] of(TowerEvidence evidence) {
            asked.add(evidence.toString());
            return patches.of(evidence);
          }

          @Override
          public byte[] imageSha256() {
            return patches.imageSha256();
          }

          @Override
          public Reduction all() {
            asked.add("all");
            return patches.all();
          }

          @Override
          public Reduction gather(Stage stage, int[] kept) {
            asked.add("gather");
            return patches.gather(stage, kept);
          }

          @Override
          public Reduction blend(Stage stage, List<Blend> tokens) {
            asked.add("blend");
            return patches.blend(stage, tokens);
          }

          @Override
          public Reduction inTower(InTower method, int tokens) {
            asked.add("inTower");
            return patches.inTower(method, tokens);
          }

          @Override
          public Reduction merge(int[] kept, int neighbours, boolean summary) {
            asked.add("merge");
            return patches.merge(kept, neighbours, summary);
          }

          @Override
          public ScriptChoice choose(ScriptCall call) {
            asked.add("choose");
            return patches.choose(call);
          }

          @Override
          public Reduction downsampled(int side) {
            asked.add("downsampled");
            return patches.downsampled(side);
          }
        };

    TokenReducers.of(MethodSpec.parse("uniform:tokens=@prumerge")).reduce(counted).close();

    assertThat(asked).containsExactlyInAnyOrder("FullWidthAttention[]", "gather");
  }

  @ParameterizedTest
  @CsvSource({
    "uniform:tokens=10, 'Cannot keep 10 tokens: the image has 9 patches; give tokens=9 or fewer'",
    "spatial:tokens=10, 'Cannot keep 10 tokens: the image has 9 patches; give tokens=9 or fewer'",
    "'spatial:rows=4,cols=1', 'Cannot lay 4 rows and 1 cols over 3 x 3 patches; give at most 3 of each'"
  })
  void moreThanThereIsIsRefused(String method, String message) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));

    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.reduce(patches(3)))
        .withMessage(message);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.tokens(patches(3)));
  }
}
