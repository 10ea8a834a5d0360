package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.WrongEvidence;
import io.prumerge.reduction.tower.HoloV.HoloVQuotas;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worked examples, edges and errors of the methods after the tower. */
class TowerMethodsTest {

  private static final TowerLayer LAST = new TowerLayer.Last();
  private static final List<String> NAMES =
      List.of(
          "fastervlm",
          "fastervlm:attention=received",
          "hired",
          "hiprune",
          "vispruner",
          "vispruner:attention=received",
          "divprune",
          "divprune:order=picked",
          "scope",
          "apet",
          "apet:basis=3,seed=7",
          "otprune",
          "holov",
          "holov:mode=capped",
          "visionzip",
          "visionzip:attention=received",
          "prunesid");

  static List<String> names() {
    return NAMES;
  }

  private static String of(String name, int tokens) {
    return name + (name.contains(":") ? "," : ":") + "tokens=" + tokens;
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static PairCosines cosines(float[]... features) {
    return new PairCosines(
        ArrayPatchTokens.seen(features, new float[features.length])
            .of(TowerEvidence.Cosines.OF_FEATURES),
        features.length);
  }

  private static float[] row(float... values) {
    return values;
  }

  /** Random evidence of every kind about side x side patches. */
  private static ArrayPatchTokens random(int side, long seed) {
    Random random = new Random(seed);
    int count = side * side;
    float[][] features = new float[count][5];
    for (float[] feature : features) {
      fill(feature, random);
    }
    float[] attention = new float[count];
    float[] column = new float[count];
    float[] keys = new float[count * 3];
    float[] loadings = new float[count * count];
    fill(keys, random);
    for (float[] values : List.of(attention, column, loadings)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() / count;
      }
    }
    return ArrayPatchTokens.seen(features, attention)
        .with(new TowerEvidence.ColumnAttention(LAST), column)
        .with(new TowerEvidence.ColumnAttention(new TowerLayer.Alike(9, 24)), attention)
        .with(new TowerEvidence.HeadMeanKeys(LAST), keys)
        .with(new TowerEvidence.Loadings(), loadings);
  }

  private static void fill(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  @Test
  void visPrunersExample() {
    PairCosines cosines =
        cosines(
            row(1, 0),
            row(2, 1),
            row(1, 1),
            row(1, 3),
            row(0, 1),
            row(-1, 2),
            row(2, 3),
            row(-1, 0));
    int[] ranked = Ranking.top(row(.02f, .09f, .05f, .01f, .08f, .03f, .07f, .04f), 8);

    assertThat(VisPruner.selectPatches(ranked, cosines, 4, 2, 2))
        .containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  @Test
  void divPrunesExample() {
    PairCosines cosines =
        cosines(row(1, 0), row(4, 1), row(1, 1), row(0, 1), row(-1, 1), row(-3, -1));

    assertThat(DivPrune.picks(cosines, 6, 4)).containsExactly(5, 1, 3, 4);
  }

  @Test
  void equalPatchesArePickedOnceEach() {
    float[][] same = {row(1, 2), row(1, 2), row(1, 2), row(1, 2)};

    assertThat(DivPrune.picks(cosines(same), 4, 4)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void scopesExamples() {
    PairCosines cosines = cosines(row(1, 0), row(4, 3), row(3, 4), row(0, 1));

    assertThat(Scope.picks(cosines, row(1, 1, 1, 1), 1)).containsExactly(1);
    assertThat(Scope.picks(cosines, row(.4f, .1f, .1f, .2f), 2)).containsExactly(0, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 12})
  void scopesPicksAreThoseOfComputingAllGains(int side) {
    ArrayPatchTokens patches = random(side, side);
    int count = patches.count();
    PairCosines cosines = new PairCosines(patches.of(TowerEvidence.Cosines.OF_FEATURES), count);
    float[] weights = patches.of(FasterVlm.ATTENTION);

    assertThat(Scope.picks(cosines, weights, count)).isEqualTo(slowPicks(cosines, weights));
  }

  private static int[] slowPicks(PairCosines cosines, float[] weights) {
    int count = weights.length;
    float[] covered = new float[count];
    int[] picks = new int[count];
    boolean[] taken = new boolean[count];
    for (int i = 0; i < count; i++) {
      double[] gains = new double[count];
      int best = -1;
      for (int patch = 0; patch < count; patch++) {
        for (int other = 0; other < count; other++) {
          gains[patch] += Math.max(0, cosines.of(patch, other) - covered[other]);
        }
        gains[patch] *= weights[patch];
        if (!taken[patch] && (best < 0 || gains[patch] > gains[best])) {
          best = patch;
        }
      }
      picks[i] = best;
      taken[best] = true;
      for (int other = 0; other < count; other++) {
        covered[other] = Math.max(covered[other], cosines.of(best, other));
      }
    }
    return picks;
  }

  @Test
  void holoVsExamples() {
    PairCosines cosines = cosines(row(1, 0), row(0, 1), row(1, 0), row(1, 1), row(1, 1), row(1, 1));
    HoloVQuotas quotas = new HoloVQuotas(2, 0.09);
    float[] attention = {.30f, .10f, .20f, .02f, .05f, .03f};

    List<HoloVQuotas.Quota> three = quotas.of(attention, cosines, 3, false);
    assertThat(three).extracting(HoloVQuotas.Quota::tokens).containsExactly(3, 0);
    assertThat(HoloV.selectPatches(three, attention)).containsExactly(0, 1, 2);
    List<HoloVQuotas.Quota> two = quotas.of(attention, cosines, 2, false);
    assertThat(HoloV.selectPatches(two, attention)).containsExactly(0, 2);

    float[] weak = {.30f, .10f, .20f, .002f, .005f, .003f};
    assertThat(quotas.of(weak, cosines, 4, false))
        .extracting(HoloVQuotas.Quota::tokens)
        .containsExactly(4, 0);
    List<HoloVQuotas.Quota> capped = quotas.of(weak, cosines, 4, true);
    assertThat(HoloV.selectPatches(capped, weak)).containsExactly(0, 1, 2, 4);
  }

  @Test
  void holoVFillsUpWithZeros() {
    float[][] features = new float[16][];
    float[] attention = new float[16];
    for (int i = 0; i < 16; i++) {
      features[i] = row(1, i);
      attention[i] = i < 4 ? .1f : .0001f;
    }
    ArrayPatchTokens patches = ArrayPatchTokens.seen(features, attention);
    ArrayReduction zeros = (ArrayReduction) reducer("holov:runs=4,tokens=6").reduce(patches);

    assertThat(zeros.keptIndices()).hasValue(new int[] {0, 1, 2, 3});
    assertThat(zeros.tokens()).isEqualTo(6);
    assertThat(zeros.rows()[4]).containsOnly(0);
    assertThat(zeros.rows()[5]).containsOnly(0);
    assertThat(reducer("holov:mode=capped,runs=4,tokens=6").reduce(patches).keptIndices())
        .hasValueSatisfying(kept -> assertThat(kept).hasSize(6).startsWith(0, 1, 2, 3));
  }

  /**
   * Anchors at a corner, at the grid's left edge and in the middle; the others by the last layer.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 0 1 4     | 9
          4  | 0 3 4 5 8 | 9
          5  | 1 4 5 6 9 | 10
          15 | 11 14 15  | 9
          """)
  void hiPrunesNeighbours(int anchor, String around, int next) {
    float[] shallow = new float[16];
    shallow[anchor] = 1;
    float[] deep = new float[16];
    deep[9] = .9f;
    deep[10] = .8f;
    ArrayPatchTokens patches =
        ArrayPatchTokens.seen(new float[16][1], new float[16])
            .with(new TowerEvidence.ColumnAttention(LAST), deep)
            .with(new TowerEvidence.ColumnAttention(new TowerLayer.Numbered(3)), shallow);
    int[] expected = IntStream.of(ints(around)).toArray();
    int tokens = expected.length + 1;

    // round(tokens alpha / 5) is 1 with alpha 1 and 4 to 6 tokens.
    int[] kept =
        reducer("hiprune:alpha=1,layer=3,tokens=" + tokens)
            .reduce(patches)
            .keptIndices()
            .orElseThrow();

    assertThat(kept)
        .containsExactly(
            IntStream.concat(IntStream.of(expected), IntStream.of(next)).sorted().toArray());
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void hiPruneKeepsTheFirstOfTooManyAnchors() {
    float[] shallow = new float[16];
    shallow[5] = 1;
    ArrayPatchTokens patches =
        ArrayPatchTokens.seen(new float[16][1], new float[16])
            .with(new TowerEvidence.ColumnAttention(LAST), new float[16])
            .with(new TowerEvidence.ColumnAttention(new TowerLayer.Numbered(1)), shallow);

    assertThat(reducer("hiprune:alpha=1,layer=1,tokens=3").reduce(patches).keptIndices())
        .hasValue(new int[] {4, 5, 6});
  }

  /** 54 + 10 of 576: 53 patches and CLS, then targets at 0, 52, ..., 468 of the other 523. */
  @Test
  void visionZipsTargets() {
    float[] attention = new float[576];
    for (int i = 0; i < 53; i++) {
      attention[i] = 1;
    }
    ArrayPatchTokens patches =
        ArrayPatchTokens.seen(new float[576][1], attention)
            .with(new TowerEvidence.HeadMeanKeys(LAST), new float[576]);
    Reduction reduction = reducer("visionzip:tokens=64").reduce(patches);

    assertThat(reduction.tokens()).isEqualTo(64);
    assertThat(reduction.keptIndices().orElseThrow())
        .hasSize(63)
        .startsWith(0, 1, 2)
        .endsWith(IntStream.range(0, 10).map(i -> 53 + 52 * i).toArray());
  }

  @ParameterizedTest
  @CsvSource({"192, 162, 30", "128, 108, 20", "64, 54, 10", "1, 1, 0", "7, 6, 1"})
  void visionZipSplitsAsItsAuthors(int tokens, int dominant, int contextual) {
    MethodSpec spec = MethodSpec.parse("visionzip:tokens=" + tokens);
    ArrayPatchTokens patches = random(24, 1);
    Reduction whole = TokenReducers.of(spec).reduce(patches);
    assertThat(whole.tokens()).isEqualTo(tokens);
    if (contextual > 0) {
      String parts = "visionzip:contextual=" + contextual + ",dominant=" + dominant;
      ArrayReduction same = (ArrayReduction) reducer(parts).reduce(patches);
      assertThat(same.rows()).isDeepEqualTo(((ArrayReduction) whole).rows());
    }
  }

  @Test
  void visionZipAddsTheMeanOfWhatIsAlike() {
    float[][] features = {
      row(1), row(2), row(4), row(8), row(16), row(32), row(64), row(128), row(256)
    };
    float[] keys = {1, 0, 0, 1, 1, .1f, 1, .2f, .1f, 1, 1, .3f, 1, 0, 1, 0, 1, 0};
    ArrayPatchTokens patches =
        ArrayPatchTokens.seen(features, row(0, 0, 0, 0, 0, 0, 0, .5f, .6f))
            .with(new TowerEvidence.HeadMeanKeys(LAST), keys);
    // Dominant: CLS, 7, 8. Others 0 to 6 with step 3: targets 0 and 3; of the others, 1 and 4 are
    // no more like key (1, 0) than like (1, .2) only if they point up.
    ArrayReduction reduction =
        (ArrayReduction) reducer("visionzip:contextual=2,dominant=3").reduce(patches);

    assertThat(reduction.keptIndices()).hasValue(new int[] {7, 8, 0, 3});
    double[][] rows = reduction.rows();
    assertThat(rows).hasNumberOfRows(5);
    assertThat(rows[0][0]).isZero(); // the class token of these arrays
    assertThat(rows[1][0]).isEqualTo(128);
    assertThat(rows[2][0]).isEqualTo(256);
    // cos((1,.1), (1,0)) = .9950 and with (1,.2) .9951; (0,1), (.1,1), (1,.3) are nearer (1,.2).
    assertThat(rows[3][0]).isCloseTo(1 + 64, within(1e-5));
    assertThat(rows[4][0]).isCloseTo(8 + (2 + 4 + 16 + 32) / 4.0, within(1e-5));
  }

  @Test
  void visionZipHasNoMoreContextualTokensThanPatches() {
    ArrayPatchTokens patches = random(2, 3);
    Reduction reduction = reducer("visionzip:contextual=9,dominant=2").reduce(patches);

    assertThat(reduction.tokens()).isEqualTo(5);
    assertThat(reducer("visionzip:contextual=9,dominant=2").tokens(patches)).isEqualTo(5);
    assertThat(reducer("visionzip:contextual=9,dominant=5").tokens(patches)).isEqualTo(5);
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer("visionzip:contextual=9,dominant=6").tokens(patches))
        .withMessageContaining("give dominant=5 or fewer");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNumberOfTokensIsLeft(String name) {
    for (int side : new int[] {1, 2, 3, 5, 8}) {
      ArrayPatchTokens patches = random(side, side);
      for (int tokens = 1; tokens <= side * side; tokens++) {
        TokenReducer reducer = reducer(of(name, tokens));
        Reduction reduction = reducer.reduce(patches);
        assertThat(reduction.tokens()).as("%s of %d", reducer.spec(), side).isEqualTo(tokens);
        assertThat(reducer.tokens(patches)).isEqualTo(tokens);
        int[] kept =
            reduction.keptIndices().orElseGet(() -> IntStream.range(0, patches.count()).toArray());
        assertThat(IntStream.of(kept).distinct().count()).isEqualTo(kept.length);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void moreTokensThanPatchesAreRefused(String name) {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reducer(of(name, 10)).reduce(random(3, 1)))
        .withMessageContaining("Cannot keep 10 tokens: the image has 9 patches");
  }

  @ParameterizedTest
  @MethodSource("names")
  void evidenceThatIsNoNumberIsAnErrorOfItsOwn(String name) {
    WrongEvidence.requireRefused(reducer(of(name, 4)), () -> random(3, 1));
  }

  @ParameterizedTest
  @MethodSource("names")
  void allTokensMayFollowAnotherMethod(String name) {
    String method = name + (name.contains(":") ? "," : ":") + "tokens=@prumerge";
    TokenReducer reducer = reducer(method);
    assertThat(reducer.sees())
        .containsAll(reducer.needs())
        .contains(new TowerEvidence.FullWidthAttention());
    assertThat(reducer.needs()).doesNotContain(new TowerEvidence.FullWidthAttention());
    assertThat(reducer.reduce(random(6, 2)).tokens()).isEqualTo(2); // one patch and the summary
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fastervlm:tokens=9                            | fastervlm:tokens=9
          hiprune:tokens=9,alpha=0.10                   | hiprune:tokens=9
          hiprune:layer=9,tokens=9                      | hiprune:layer=9,tokens=9
          vispruner:important=.5,tokens=9               | vispruner:tokens=9
          vispruner:tokens=9,important=0.75             | vispruner:important=0.75,tokens=9
          vispruner:attention=class,tokens=9            | vispruner:tokens=9
          vispruner:tokens=9,attention=received         | vispruner:attention=received,tokens=9
          fastervlm:tokens=9,attention=received         | fastervlm:attention=received,tokens=9
          fastervlm:tokens=9,attention=class            | fastervlm:tokens=9
          visionzip:tokens=9,attention=received         | visionzip:attention=received,tokens=9
          prumerge:k=4,attention=received               | prumerge:attention=received,k=4
          vscan:tokens=9,attention=received             | vscan:attention=received,tokens=9
          vscan:attention=received,positions=kept,tokens=9 | vscan:attention=received,tokens=9
          vscan:attention=received,positions=packed,tokens=9 | vscan:attention=received,positions=packed,tokens=9
          divprune:order=spatial,tokens=9               | divprune:tokens=9
          divprune:tokens=9,order=picked                | divprune:order=picked,tokens=9
          holov:mode=reference,runs=16,alpha=.09,tokens=9 | holov:tokens=9
          holov:tokens=9,mode=capped                    | holov:mode=capped,tokens=9
          visionzip:dominant=4,contextual=2             | visionzip:contextual=2,dominant=4
          """)
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fastervlm",
        "hiprune:tokens=0",
        "hiprune:alpha=0,tokens=9",
        "vispruner:important=2,tokens=9",
        "divprune:order=random,tokens=9",
        "holov:mode=free,tokens=9",
        "visionzip",
        "visionzip:dominant=4",
        "visionzip:dominant=4,contextual=2,tokens=6",
        "scope:alpha=2,tokens=9",
      })
  void whatAMethodDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }

  @Test
  void layersInTowersOfOtherDepths() {
    IntPredicate all = layer -> true;
    assertThat(LAST.index(24, 23, all)).isEqualTo(22);
    assertThat(LAST.index(6, 5, all)).isEqualTo(4);
    assertThat(new TowerLayer.Numbered(9).index(24, 23, all)).isEqualTo(8);
    TowerLayer alike = new TowerLayer.Alike(9, 24);
    assertThat(alike.index(24, 23, all)).isEqualTo(8);
    assertThat(alike.index(6, 5, all)).isEqualTo(1);
    assertThat(alike.index(1, 1, all)).isZero();
  }

  /** Of Qwen2.5-VL's: HiPrune's code for it takes 16 (from 1), VScan's the first of these. */
  @Test
  void layersWithWindowsAreNoneThatMethodsName() {
    IntPredicate whole = List.of(7, 15, 23, 31)::contains;
    assertThat(LAST.index(32, 32, whole)).isEqualTo(31);
    assertThat(LAST.index(32, 32, List.of(7, 15)::contains)).isEqualTo(15);
    assertThat(new TowerLayer.Alike(9, 24).index(32, 32, whole)).isEqualTo(15);
    assertThat(new TowerLayer.Alike(6, 24).index(32, 32, whole)).isEqualTo(7);
    // What a number names is refused where it is looked at, and so is what is not there.
    assertThat(new TowerLayer.Numbered(9).index(32, 32, whole)).isEqualTo(8);
    assertThat(new TowerLayer.Alike(9, 24).index(32, 32, List.of(7)::contains)).isEqualTo(11);
  }
}
