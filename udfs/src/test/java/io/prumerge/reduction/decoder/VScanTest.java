package io.prumerge.reduction.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.decoder.VScan.BoundedScan;
import io.prumerge.reduction.decoder.VScan.WindowScan;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VScan's counts, its windows, what joins what, and its cut. */
class VScanTest {

  private static final TowerEvidence SHALLOW =
      new TowerEvidence.ClassAttention(new TowerLayer.Alike(6, 24));

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static ArrayPatchTokens random(int side) {
    Random random = new Random(side);
    float[][] features = new float[side * side][4];
    float[] shallow = new float[side * side];
    float[] deep = new float[side * side];
    for (int patch = 0; patch < features.length; patch++) {
      shallow[patch] = random.nextFloat();
      deep[patch] = random.nextFloat();
      for (int i = 0; i < 4; i++) {
        features[patch][i] = (float) random.nextGaussian();
      }
    }
    return ArrayPatchTokens.seen(features, deep).with(SHALLOW, shallow);
  }

  /** The counts of the authors' code: 16 w + g. */
  @ParameterizedTest
  @CsvSource({"192, 192", "128, 128", "96, 96", "64, 64", "100, 98", "576, 576", "1, 1", "31, 16"})
  void aWindowGivesAWholeNumberOfTokens(int before, int left) {
    assertThat(new WindowScan(PatchGrid.square(24), before).tokens()).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 12})
  void asManyAreKeptAsAreSaid(int side) {
    ArrayPatchTokens patches = random(side);
    for (int before = 1; before <= side * side; before++) {
      TokenReducer reducer = reducer("vscan:after=1,before=" + before);
      ArrayReduction reduction = (ArrayReduction) reducer.reduce(patches);
      assertThat(reduction.tokens()).isEqualTo(reducer.tokens(patches)).isBetween(1, before);
      assertThat(reduction.keptIndices().orElseGet(() -> IntStream.range(0, side * side).toArray()))
          .hasSize(reduction.tokens())
          .isSorted();
    }
  }

  /** Of 8 x 8 patches in windows of 2 x 2: the best of each, then the best of all others. */
  @Test
  void eachWindowGivesItsBestAndTheOthersComeByTheDeepAttention() {
    float[] shallow = new float[64];
    float[] deep = new float[64];
    for (int patch = 0; patch < 64; patch++) {
      shallow[patch] = patch % 8 % 2 == 1 && patch / 8 % 2 == 1 ? 1 : 0; // lower right of each
      deep[patch] = patch;
    }
    int[] kept = new WindowScan(PatchGrid.square(8), 32).selectPatches(shallow, deep);
    int[] expected =
        IntStream.range(0, 64).filter(patch -> shallow[patch] == 1 || patch >= 40).toArray();
    // Of the 24 patches from 40 on, 8 are the best of a window, and 16 the best of the others.
    assertThat(kept).hasSize(32).containsExactly(expected);
  }

  /**
   * The authors' code for Qwen2.5-VL on 9 x 6 patches: two windows, since rows 8 and columns 4 and
   * 5 go with the last ones; each gives half of 5, rounded up, at most, and the best of all come
   * first.
   */
  @Test
  void aWindowGivesItsPartAtMostOnQwen() {
    float[] shallow = new float[54];
    float[] deep = new float[54];
    for (int patch = 0; patch < 54; patch++) {
      shallow[patch] = 54 - patch; // the first window's are all better than the second's
      deep[patch] = patch;
    }
    int[] kept = new BoundedScan(new PatchGrid(9, 6), 11).selectPatches(shallow, deep);
    // 5 by windows: 0, 1, 2 of the first and 24, 25 of the second; 6 by the deep attention.
    assertThat(kept).containsExactly(0, 1, 2, 24, 25, 48, 49, 50, 51, 52, 53);
  }

  @Test
  void asManyAreKeptAsAreWantedOnEveryGrid() {
    Random random = new Random(1);
    for (int rows = 1; rows < 12; rows++) {
      for (int cols = 1; cols < 12; cols++) {
        PatchGrid grid = new PatchGrid(rows, cols);
        float[] shallow = new float[grid.patches()];
        float[] deep = new float[grid.patches()];
        for (int patch = 0; patch < shallow.length; patch++) {
          shallow[patch] = random.nextFloat();
          deep[patch] = random.nextFloat();
        }
        for (int wanted = 1; wanted <= grid.patches(); wanted++) {
          BoundedScan scan = new BoundedScan(grid, wanted);
          assertThat(scan.selectPatches(shallow, deep)).hasSize(scan.tokens()).isSorted();
          assertThat(scan.tokens()).isEqualTo(wanted);
        }
      }
    }
  }

  @Test
  void positionsAreKeptOnQwen() {
    assertThat(cuts("vscan:attention=received,tokens=64", 96, 28))
        .singleElement()
        .satisfies(
            cut -> {
              assertThat(cut.layer()).isEqualTo(14);
              assertThat(cut.count(96)).isEqualTo(32);
              assertThat(cut.positions()).isEqualTo(CutPositions.KEPT);
            });
  }

  /** So that its cost is what it runs. */
  @Test
  void nothingIsLookedAtOfAViewThatStaysWhole() {
    assertThat(reducer("vscan:after=1,before=9").needs(random(3))).isEmpty();
    assertThat(reducer("vscan:after=1,before=8").needs(random(3))).hasSize(3);
  }

  @Test
  void droppedPatchesJoinTheMostSimilar() {
    float[][] features = {{1, 0}, {0, 1}, {3, 1}, {1, 4}};
    ArrayPatchTokens patches =
        ArrayPatchTokens.seen(features, .9f, .8f, .1f, .2f).with(SHALLOW, 0, 0, 0, 0);
    ArrayReduction reduction = (ArrayReduction) reducer("vscan:after=1,before=3").reduce(patches);
    // 3 / 2 is less than a token for each window, so that the two best by the last layer are kept.
    assertThat(reduction.keptIndices()).hasValue(new int[] {0, 1});
    assertThat(reduction.rows()[0]).containsExactly(new double[] {2, .5}, within(1e-6));
    assertThat(reduction.rows()[1]).containsExactly(new double[] {.5, 2.5}, within(1e-6));
  }

  private static List<LayerCut> cuts(String method, int tokens, int layers) {
    List<LayerCut> cuts = reducer(method).cuts(tokens, layers);
    LayerCut.check(cuts, tokens, layers);
    return cuts;
  }

  /** The published settings are means: 96 and 32 in halves of 32 layers are 64. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vscan:tokens=64                 | 96  | 32 | 16 | 32",
        "vscan:tokens=128                | 192 | 32 | 16 | 64",
        "vscan:tokens=192                | 288 | 32 | 16 | 96",
        "vscan:tokens=48                 | 72  | 6  | 3  | 24",
        "vscan:before=90,after=20        | 90  | 32 | 16 | 20",
        "vscan:before=90,after=90        | 90  | 32 | 16 | 90",
        "vscan:tokens=64,layer=8         | 96  | 32 | 8  | 32",
        "vscan:tokens=64                 | 20  | 32 | 16 | 20",
      })
  void theSecondStageIsInTheMiddle(String method, int tokens, int layers, int layer, int left) {
    LayerCut cut = cuts(method, tokens, layers).get(0);
    assertThat(cut.layer()).isEqualTo(layer);
    assertThat(cut.count(tokens)).isEqualTo(left);
    assertThat(cut.positions()).isEqualTo(CutPositions.PACKED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vscan:tokens=064                 | vscan:tokens=64",
        "vscan:before=96,after=32         | vscan:after=32,before=96",
        "vscan:tokens=64,positions=packed | vscan:tokens=64",
        "vscan:tokens=@mean:064,layer=4   | vscan:layer=4,tokens=@mean:64",
      })
  void specsAreCanonical(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vscan",
        "vscan:before=9",
        "vscan:after=9",
        "vscan:after=10,before=9",
        "vscan:tokens=9,before=9",
        "vscan:tokens=9,after=9",
        "vscan:tokens=@mean:0",
        "vscan:layer=0,tokens=9",
        "vscan:tokens=0"
      })
  void whatContradictsItselfIsRefused(String text) {
    assertThatThrownBy(() -> MethodSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void moreTokensThanPatchesAreRefused() {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("vscan:tokens=8").reduce(random(3)))
        .withMessage(
            "Cannot hand 12 tokens to the decoder by vscan:tokens=8: the image has 9 patches; give fewer tokens");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void evidenceThatIsNoNumberIsAnErrorOfItsOwn(int which) {
    TokenReducer reducer = reducer("vscan:after=2,before=40");
    TowerEvidence evidence =
        List.of(
                SHALLOW,
                new TowerEvidence.ClassAttention(new TowerLayer.Last()),
                TowerEvidence.Cosines.OF_PROJECTED)
            .get(which);
    ArrayPatchTokens patches = random(8);
    float[] values = patches.of(evidence).clone();
    values[5] = Float.NaN;
    patches.with(evidence, values);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.reduce(patches))
        .withMessageContaining(reducer.spec() + ":")
        .withMessageContaining(" 5 is NaN");
  }
}
