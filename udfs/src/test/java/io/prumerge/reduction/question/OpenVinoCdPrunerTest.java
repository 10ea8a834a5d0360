package io.prumerge.reduction.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.WrongEvidence;
import io.prumerge.reduction.tower.PairCosines;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenVINO's rule: its own example, a slow version, numbers of tokens, keys. */
class OpenVinoCdPrunerTest {

  private static final TowerEvidence RELEVANCE = new TowerEvidence.PromptCosines();
  private static final TowerEvidence PAIRS = TowerEvidence.Cosines.DAMPED_OF_PROJECTED;
  // Of the engine's own test (tests/cpp/test_cdpruner_dpp.cpp).
  private static final float[][] ENGINES = {
    {.8f, .3f, .1f, .2f}, {.3f, .9f, .4f, .1f}, {.1f, .4f, .7f, .5f}, {.2f, .1f, .5f, .6f}
  };

  private static TokenReducer reducer(String keys) {
    return TokenReducers.of(MethodSpec.parse("cdpruner:variant=openvino," + keys));
  }

  @Test
  void theEnginesExample() {
    assertThat(OpenVinoCdPruner.picks((i, j) -> ENGINES[i][j], 4, 3)).containsExactly(1, 0, 3);
    assertThat(OpenVinoCdPruner.picks((i, j) -> ENGINES[i][j], 2, 1)).containsExactly(1);
    assertThat(OpenVinoCdPruner.picks((i, j) -> ENGINES[2 + i][2 + j], 2, 1)).containsExactly(0);
    // Halved: relevance is 0 in each half of equal cosines, so the kernel is half of these.
    float[] all = new float[16];
    for (int i = 0; i < 16; i++) {
      all[i] = ENGINES[i / 4][i % 4];
    }
    assertThat(OpenVinoCdPruner.kept(new PairCosines(all, 4), new float[4], .5f, 2))
        .containsExactly(1, 2);
  }

  @Test
  void relevanceIsScaledToBelowOne() {
    float[] relevance = OpenVinoCdPruner.relevance(new float[] {.1f, .5f, .4f, .3f});
    float[] expected = {0, 1, .75f, .5f};
    for (int i = 0; i < 4; i++) {
      assertThat(relevance[i]).isCloseTo(expected[i], within(1e-5f));
    }
    assertThat(OpenVinoCdPruner.relevance(new float[] {.3f, .3f})).containsOnly(0);
    assertThat(OpenVinoCdPruner.relevance(new float[0])).isEmpty();
  }

  @Test
  void relevanceOfOneHalfDoesNotTouchTheOther() {
    PairCosines pairs =
        new PairCosines(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, 4);
    float[] cosines = {.1f, .2f, .9f, .3f};
    assertThat(OpenVinoCdPruner.kept(pairs, cosines, .5f, 2)).containsExactly(1, 2);
    cosines[0] = -5; // which would make all others as relevant, scaled over the whole
    assertThat(OpenVinoCdPruner.kept(pairs, cosines, .5f, 2)).containsExactly(1, 2);
    assertThat(OpenVinoCdPruner.kept(pairs, cosines, 0, 2))
        .as("no relevance")
        .containsExactly(0, 2);
  }

  /** All alike: after the first pick nothing is added, and the order is that of the indices. */
  @Test
  void amongEqualPatchesTheLowerIndexComesFirst() {
    assertThat(OpenVinoCdPruner.picks((i, j) -> 1, 5, 5)).containsExactly(0, 1, 2, 3, 4);
    assertThat(OpenVinoCdPruner.picks((i, j) -> 0, 3, 2)).containsExactly(0, 1);
    assertThat(OpenVinoCdPruner.picks((i, j) -> 1, 0, 0)).isEmpty();
  }

  /** A kernel that is none: what is left is not a number, and follows by its index. */
  @Test
  void whatAddsLessThanNothingFollows() {
    assertThat(OpenVinoCdPruner.picks((i, j) -> i == j ? i == 2 ? 1 : .5f : 3, 4, 4))
        .startsWith(2)
        .containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 12, 25, 36})
  void picksAreThoseOfTheLargestDeterminants(int count) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(1000L * count + seed);
      float[][] rows = rows(random, count);
      float[] cosines = new float[count];
      for (int i = 0; i < count; i++) {
        cosines[i] = (float) random.nextGaussian();
      }
      float[] pairs = damped(rows);
      float weight = random.nextInt(5) / 4f;
      int tokens = 1 + random.nextInt(count);

      int[] kept = OpenVinoCdPruner.kept(new PairCosines(pairs, count), cosines, weight, tokens);

      assertThat(kept).isSorted().doesNotHaveDuplicates().hasSize(tokens);
      assertThat(kept).isEqualTo(slow(pairs, cosines, weight, tokens));
    }
  }

  private static float[][] rows(Random random, int count) {
    float[][] rows = new float[count][3 * count];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[] damped(float[][] rows) {
    int count = rows.length;
    float[] pairs = new float[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double root = Math.sqrt((dot(rows[i], rows[i]) + 1e-6) * (dot(rows[j], rows[j]) + 1e-6));
        pairs[i * count + j] = (float) (dot(rows[i], rows[j]) / root);
      }
    }
    return pairs;
  }

  private static double dot(float[] one, float[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> (double) one[i] * other[i]).sum();
  }

  /** In each half, adds the patch whose kernel with those picked has the largest determinant. */
  private static int[] slow(float[] pairs, float[] cosines, double weight, int tokens) {
    int half = cosines.length / 2;
    int[] first = slow(pairs, cosines, 0, half, weight, tokens / 2);
    int[] second = slow(pairs, cosines, half, cosines.length, weight, tokens - tokens / 2);
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).sorted().toArray();
  }

  private static int[] slow(
      float[] pairs, float[] cosines, int start, int end, double weight, int tokens) {
    double least = IntStream.range(start, end).mapToDouble(i -> cosines[i]).min().orElse(0);
    double most = IntStream.range(start, end).mapToDouble(i -> cosines[i]).max().orElse(0);
    double[] relevance =
        IntStream.range(0, cosines.length)
            .mapToDouble(i -> (cosines[i] - least) / (most - least + 1e-6))
            .toArray();
    int count = cosines.length;
    return SlowDeterminants.picks(
        (i, j) -> {
          double alike = pairs[i * count + j];
          return (1 - weight) * alike + weight * relevance[i] * alike * relevance[j];
        },
        start,
        end,
        tokens);
  }

  private static ArrayPatchTokens patches(int count) {
    float[][] rows = rows(new Random(count), count);
    return ArrayPatchTokens.seen(rows, new float[count])
        .with(RELEVANCE, Arrays.copyOf(rows[0], count))
        .with(PAIRS, damped(rows));
  }

  @ParameterizedTest
  @CsvSource({"1, 49, 1", "2, 50, 1", "25, 50, 13", "35, 30, 25", "35, 80, 7", "144, 99, 1"})
  void percentOfPrunedPatchesIsRoundedHalvesUp(int count, int percent, int tokens) {
    TokenReducer reducer = reducer("pruned=" + percent);
    assertThat(reducer.tokens(patches(count))).isEqualTo(tokens);
    assertThat(reducer.reduce(patches(count)).tokens()).isEqualTo(tokens);
  }

  @Test
  void halfOfTheTokensAreOfEachHalf() {
    for (int count : new int[] {1, 2, 3, 9, 16}) {
      for (int tokens = 1; tokens <= count; tokens++) {
        int[] all = IntStream.range(0, count).toArray();
        int[] kept = reducer("tokens=" + tokens).reduce(patches(count)).keptIndices().orElse(all);
        int half = count / 2;
        assertThat(kept).hasSize(tokens);
        assertThat(IntStream.of(kept).filter(patch -> patch < half)).hasSize(tokens / 2);
      }
    }
  }

  @Test
  void noTokenIsRefused() {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("pruned=99").reduce(patches(9)))
        .withMessage("Cannot prune 99 % of 9 patches: none would be left; prune fewer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens=4", "pruned=60"})
  void evidenceThatIsNoNumberIsAnErrorOfItsOwn(String keys) {
    WrongEvidence.requireRefused(reducer(keys), () -> patches(9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokens=9,weight=.50|cdpruner:tokens=9,variant=openvino",
        "pruned=30,weight=1|cdpruner:pruned=30,variant=openvino,weight=1",
        "weight=0,tokens=33.3%|cdpruner:tokens=33.3%,variant=openvino,weight=0",
        "tokens=@divprune:tokens=9|cdpruner:variant=openvino,tokens=@divprune:tokens=9"
      })
  void canonicalSpelling(String keys, String canonical) {
    assertThat(MethodSpec.parse("cdpruner:variant=openvino," + keys)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cdpruner:variant=openvino",
        "cdpruner:variant=openvino,tokens=9,clip=/c",
        "cdpruner:variant=openvino,tokens=9,text=whole",
        "cdpruner:variant=openvino,tokens=9,pruned=50",
        "cdpruner:variant=openvino,pruned=0",
        "cdpruner:variant=openvino,pruned=100",
        "cdpruner:variant=openvino,tokens=9,weight=1.5",
        "cdpruner:variant=openvino,tokens=9,weight=0.5/0.5",
        "cdpruner:variant=engine,tokens=9",
        "cdpruner:clip=/c,pruned=50",
        "cdpruner:clip=/c,tokens=9,weight=0.5"
      })
  void whatItDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }

  @Test
  void itAsksNoClipModelButTheQuestion() {
    TokenReducer reducer = reducer("tokens=9");
    assertThat(reducer.clips()).isEmpty();
    assertThat(reducer.perQuestion()).isTrue();
    assertThat(MethodSpec.parse("cdpruner:variant=code,clip=/c,tokens=9"))
        .hasToString("cdpruner:clip=/c,tokens=9");
  }
}
