package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PruMergeTest {
  private static final float[] ATTENTION = {
    0.01f, 0.02f, 0.01f, 0.30f, 0.02f, 0.03f, 0.02f, 0.01f, 0.25f, 0.02f, 0.03f, 0.02f
  };
  private static final float[][] KEYS = {
    {1, 0}, {2, 0.1f}, {0, 1}, {1, 1}, {3, 1}, {1, 3},
    {0, 2}, {-1, 0}, {0.2f, -1}, {1, -1}, {2, 1}, {-1, -1}
  };

  /** The worked example of the design notes: 12 tokens, token i with features (i+1, 10(i+1)). */
  private static ArrayPatchTokens example() {
    float[][] features = new float[12][];
    for (int token = 0; token < 12; token++) {
      features[token] = new float[] {token + 1, 10 * (token + 1)};
    }
    return new ArrayPatchTokens(features, KEYS, ATTENTION, new byte[32]);
  }

  /** Flat scores with {@code outliers} large ones, the largest first in raster order. */
  private static float[] withOutliers(int patches, int outliers) {
    float[] scores = new float[patches];
    for (int patch = 0; patch < patches; patch++) {
      scores[patch] = patch < outliers ? 1f - patch / 1024f : 0.001f;
    }
    return scores;
  }

  private static ArrayReduction reduce(String method, PatchTokens patches) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    ArrayReduction reduction = (ArrayReduction) reducer.reduce(patches);
    assertThat(reducer.tokens(patches)).as("tokens of %s", method).isEqualTo(reduction.tokens());
    return reduction;
  }

  private static int[] kept(String method, float... attention) {
    return reduce(method, ArrayPatchTokens.scored(attention)).keptIndices().orElseThrow();
  }

  private static void assertRow(double[] row, double x, double y) {
    assertThat(row).containsExactly(new double[] {x, y}, within(1e-5));
  }

  @Test
  void outliersTakeInTheirMostSimilarPatchesAndTheRestIsSummedUp() {
    assertThat(Outliers.fence(ATTENTION)).isEqualTo(0.04875f, within(1e-8f));

    ArrayReduction reduction = reduce("prumerge:k=3", example());

    assertThat(reduction.keptIndices()).hasValue(new int[] {3, 8});
    assertRow(reduction.rows()[0], 4.61, 46.1);
    assertRow(reduction.rows()[1], 9.45, 94.5);
    assertRow(reduction.rows()[2], 1.35, 13.5);
    assertThat(reduction.neighbours()).isEqualTo(3);
    assertThat(reduction.summary()).isTrue();
  }

  @Test
  void mergingAndSummaryAreDroppedOneByOne() {
    ArrayReduction unmerged = reduce("prumerge:merge=false", example());
    assertThat(unmerged.rows()).hasNumberOfRows(3);
    assertRow(unmerged.rows()[0], 4, 40);
    assertRow(unmerged.rows()[2], 1.35, 13.5);
    assertThat(unmerged.neighbours()).isZero();

    ArrayReduction unsummed = reduce("prumerge:k=3,summary=false", example());
    assertThat(unsummed.rows()).hasNumberOfRows(2);
    assertRow(unsummed.rows()[1], 9.45, 94.5);

    ArrayReduction selected = reduce("prumerge:merge=false,summary=false", example());
    assertThat(selected.rows()).hasNumberOfRows(2);
    assertRow(selected.rows()[1], 9, 90);
    assertThat(selected.keptIndices()).hasValue(new int[] {3, 8});
  }

  @Test
  void fewerOtherPatchesThanNeighboursMergesAllOfThem() {
    ArrayReduction reduction = reduce("prumerge", example());

    assertThat(reduction.neighbours()).isEqualTo(11);
    double others = 0;
    for (int token = 0; token < 12; token++) {
      others += token == 3 ? 0 : (double) ATTENTION[token] * (token + 1);
    }
    assertRow(reduction.rows()[0], 4 + others, 10 * (4 + others));
  }

  @Test
  void keptPatchesStandByScoreAndTiesByIndex() {
    float[] scores = withOutliers(64, 0);
    scores[60] = 0.9f;
    scores[7] = 0.5f;
    scores[33] = 0.9f;
    scores[5] = 0.5f;

    assertThat(kept("prumerge", scores)).containsExactly(33, 60, 5, 7);
  }

  @ParameterizedTest
  @CsvSource({
    "49,1,0",
    "49,2,1",
    "49,3,3",
    "49,4,3",
    "49,8,7",
    "49,12,12",
    "100,23,23",
    "196,32,31",
    "576,1,1",
    "576,40,40",
    "576,144,144"
  })
  void bothRoundingsOfTheOfficialCountAreKept(int patches, int outliers, int expected) {
    float[] scores = withOutliers(patches, outliers);

    assertThat(Outliers.count(scores)).isEqualTo(outliers);
    assertThat(kept("prumerge", scores)).isEqualTo(IntStream.range(0, expected).toArray());
  }

  @Test
  void roundingToNothingLeavesTheSummaryAloneOrTheLargestScore() {
    float[] scores = withOutliers(49, 0);
    scores[20] = 1;

    assertThat(kept("prumerge", scores)).isEmpty();
    assertThat(reduce("prumerge", ArrayPatchTokens.scored(scores)).tokens()).isOne();
    assertThat(kept("prumerge:summary=false", scores)).containsExactly(20);
  }

  @Test
  void flatAttentionKeepsOnePatch() {
    float[] flat = withOutliers(576, 0);
    float[] risen = flat.clone();
    risen[300] = Math.nextUp(flat[300]);

    assertThat(kept("prumerge", flat)).containsExactly(0);
    assertThat(kept("prumerge", 0.5f)).containsExactly(0);
    assertThat(kept("prumerge", 0.1f, 0.2f, 0.3f, 0.4f)).containsExactly(3);
    // One outlier, however small its lead.
    assertThat(kept("prumerge", risen)).containsExactly(300);
    assertThat(kept("prumerge+", flat)).isEqualTo(PruMergePlus.positions(0, 192, 575).toArray());
    assertThat(kept("prumerge+", 0.5f)).containsExactly(0);
  }

  @Test
  void aFixedRatioKeepsThatShareByScore() {
    float[] scores = withOutliers(576, 3);

    assertThat(kept("prumerge:adaptive=false", scores)).hasSize(72).startsWith(0, 1, 2, 3, 4);
    assertThat(reduce("prumerge:ratio=0.125", ArrayPatchTokens.scored(scores)).tokens())
        .isEqualTo(73);
    assertThat(kept("prumerge:ratio=0.001", scores)).containsExactly(0);
    assertThat(kept("prumerge:ratio=1", scores)).hasSize(576);
  }

  @ParameterizedTest
  @CsvSource({"40,14,4,144,572", "32,18,6,96,570", "16,36,12,48,564", "20,28,9,64,567"})
  void plusSamplesEvenlyAtAThirdOfTheOutliersDistance(
      int outliers, int step, int stride, int candidates, int last) {
    KeepShare share = KeepShare.adaptive(withOutliers(576, outliers));
    assertThat(share.step()).isEqualTo(step);
    int[] positions = PruMergePlus.positions(0, stride, 575).toArray();
    assertThat(positions).hasSize(candidates).endsWith(last);

    int[] kept = kept("prumerge+", withOutliers(576, outliers));

    int[] sampled = IntStream.of(positions).filter(patch -> patch >= outliers).toArray();
    assertThat(kept)
        .isEqualTo(IntStream.concat(IntStream.range(0, outliers), IntStream.of(sampled)).toArray());
  }

  @Test
  void plusNeverSamplesTheLastPatch() {
    float[] scores = withOutliers(576, 144);

    assertThat(kept("prumerge+", scores)).isEqualTo(IntStream.range(0, 575).toArray());
  }

  @Test
  void everythingKeptStillAppendsAZeroSummary() {
    float[] scores = withOutliers(576, 143);
    scores[575] = 2;

    ArrayReduction reduction = reduce("prumerge+", ArrayPatchTokens.scored(scores));

    assertThat(reduction.tokens()).isEqualTo(577);
    assertThat(reduction.rows()[576]).containsOnly(0);
    assertThat(reduction.keptIndices().orElseThrow()).startsWith(575, 0, 1).endsWith(573, 574);
  }

  @Test
  void plusWithAFixedRatioFeedsNoPatchTwice() {
    assertThat(PruMergePlus.positions(4, 8, 575).toArray()).hasSize(72).endsWith(572);
    float[] scores = withOutliers(576, 3);

    int[] kept = kept("prumerge+:adaptive=false", scores);

    // The 72 largest are 0..71; nine of the positions 4, 12, ..., 572 lie among them.
    assertThat(kept).hasSize(72 + 63).doesNotHaveDuplicates().startsWith(0, 1).endsWith(572);
  }

  @Test
  void plusTakesTheStrideOfOneWhereAThirdRoundsToNothing() {
    assertThat(kept("prumerge+", 1, 2, 3, 4)).containsExactly(3, 0, 1, 2);
    assertThat(kept("prumerge+:ratio=1", 4, 3, 2, 1)).containsExactly(0, 1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void attentionThatIsNoNumberIsAnErrorOfItsOwn(float bad) {
    float[] scores = withOutliers(64, 3);
    scores[17] = bad;
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse("prumerge+"));

    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer.reduce(ArrayPatchTokens.scored(scores)))
        .withMessageContaining("prumerge+: the attention to patch 17 is " + bad);
  }

  @Test
  void bothAreScored() {
    TowerEvidence scores = new TowerEvidence.FullWidthAttention();
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge")).needs()).containsExactly(scores);
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge+:ratio=0.1")).needs())
        .containsExactly(scores);
  }
}
