package io.prumerge.reduction.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.WrongEvidence;
import io.prumerge.reduction.question.MmTok.MmTokWords;
import io.prumerge.reduction.tower.PairCosines;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worked examples, edges and errors of the methods that look at the question. */
class QuestionMethodsTest {

  private static final MmTok.Weights MMTOK = new MmTok.Weights(0.5, 0.02);
  private static final TowerEvidence WORDS = new TowerEvidence.WordCosines(MmTokWords.KEYWORDS);
  private static final TowerEvidence WHOLE =
      new TowerEvidence.ClipProducts("c", ClipTexts.WHOLE, ClipReading.CUT_OFF);
  private static final TowerEvidence PIECES =
      new TowerEvidence.ClipProducts("c", ClipTexts.QUESTION, ClipReading.PIECES);

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static float[] row(float... values) {
    return values;
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Random evidence of every kind about side x side patches. */
  private static ArrayPatchTokens patches(int side, long seed) {
    int count = side * side;
    float[][] features = new float[count][];
    for (int patch = 0; patch < count; patch++) {
      features[patch] = random(5, seed + patch);
    }
    float[] words = random(3 * count, seed + 1);
    for (int i = 0; i < words.length; i++) {
      words[i] = (float) Math.tanh(words[i]);
    }
    return ArrayPatchTokens.seen(features, new float[count])
        .with(WORDS, words)
        .with(WHOLE, random(count, seed + 2))
        .with(PIECES, random(2 * count, seed + 3));
  }

  private static PairCosines cosines(float[]... features) {
    return new PairCosines(
        ArrayPatchTokens.seen(features, new float[features.length])
            .of(TowerEvidence.Cosines.OF_PROJECTED),
        features.length);
  }

  @Test
  void trimsExample() {
    float[] products = {-2, 0, .1f, -.1f, .05f, -.05f, .02f, -3};
    float[] scores = Trim.scores(products);
    float[] expected = {.2208f, .0299f, .027f, .033f, .0284f, .0314f, .0293f, .6002f};
    for (int i = 0; i < scores.length; i++) {
      assertThat(scores[i]).isCloseTo(expected[i], within(6e-5f));
    }
    assertThat(Trim.outliers(scores)).isEqualTo(.25);
    float[][] features = new float[9][];
    for (int i = 0; i < 9; i++) {
      features[i] = row(i);
    }
    float[] nine = Arrays.copyOf(products, 9); // a square number: the ninth product is 0
    ArrayReduction reduction =
        (ArrayReduction)
            reducer("trim:clip=c")
                .reduce(ArrayPatchTokens.seen(features, new float[9]).with(WHOLE, nine));
    assertThat(reduction.keptIndices()).hasValue(new int[] {0, 7});
    assertThat(reduction.rows()).hasNumberOfRows(3);
    assertThat(reduction.rows()[2][0]).isCloseTo((36 - 7) / 7.0, within(1e-5));
  }

  @Test
  void trimWithoutAnOutlierIsTheMean() {
    ArrayPatchTokens flat = patches(4, 1).with(WHOLE, new float[16]);
    Reduction reduction = reducer("trim:clip=c").reduce(flat);
    assertThat(reduction.tokens()).isOne();
    assertThat(reduction.keptIndices()).hasValue(new int[0]);
    assertThat(reducer("trim:clip=c").tokens(flat)).isOne();
  }

  @Test
  void trimOfAllPatchesEndsWithZero() {
    ArrayReduction reduction =
        (ArrayReduction) reducer("trim:clip=c,ratio=1").reduce(patches(3, 2));
    assertThat(reduction.tokens()).isEqualTo(10);
    assertThat(reduction.rows()[9]).containsOnly(0);
  }

  @Test
  void trimsRatioRoundsDown() {
    assertThat(reducer("trim:clip=c,ratio=0.3").reduce(patches(4, 3)).tokens()).isEqualTo(4 + 1);
    assertThat(reducer("trim:clip=c,ratio=0.01").reduce(patches(4, 3)).tokens()).isOne();
  }

  @Test
  void cdPrunersExample() {
    float[] relevance = CdPruner.relevance(List.of(row(-.1f, -.5f, -.4f, -.3f)), 4, 0);
    float[] expected = {0, 1, .75f, .5f};
    for (int i = 0; i < 4; i++) {
      assertThat(relevance[i]).isCloseTo(expected[i], within(1e-5f));
    }
    PairCosines cosines = cosines(row(1, 0), row(1, 0), row(4, 3), row(0, 1));
    assertThat(CdPruner.picks(cosines, relevance, 2)).containsExactly(1, 3);
  }

  @Test
  void equalRelevanceIsPureDiversity() {
    float[] relevance = CdPruner.relevance(List.of(row(.5f, .5f, .5f)), 3, 0);
    assertThat(relevance).containsOnly(1);
    PairCosines cosines = cosines(row(1, 0), row(1, .1f), row(0, 1));
    assertThat(CdPruner.picks(cosines, relevance, 2)).containsExactly(0, 2);
  }

  @Test
  void whenNothingIsAddedTheMostRelevantFollow() {
    PairCosines same = cosines(row(1, 0), row(1, 0), row(1, 0), row(0, 0));
    assertThat(CdPruner.picks(same, row(.1f, .4f, .2f, .3f), 4)).containsExactly(1, 3, 2, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void cdPrunersPicksHaveTheLargestDeterminants(int side) {
    int count = side * side;
    float[][] features = new float[count][];
    for (int patch = 0; patch < count; patch++) {
      features[patch] = random(60, 7L * side + patch);
    }
    float[] relevance = CdPruner.relevance(List.of(random(2 * count, side)), count, 0);
    int tokens = Math.min(count, 12);

    assertThat(CdPruner.picks(cosines(features), relevance, tokens))
        .isEqualTo(slowPicks(cosines(features), relevance, tokens));
  }

  /** Each view keeps its part; what is relevant is so in the whole image. */
  @Test
  void cdPrunerScalesRelevanceOverAllViews() {
    List<ArrayPatchTokens> views =
        ArrayPatchTokens.together(List.of(patches(3, 11), patches(3, 12), patches(3, 13)));
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    float[][] relevance = new float[3][9];
    for (int view = 0; view < 3; view++) {
      for (int patch = 0; patch < 9; patch++) {
        float[] cosines = views.get(view).of(PIECES);
        relevance[view][patch] = -(cosines[patch] + cosines[9 + patch]) / 2;
        least = Math.min(least, relevance[view][patch]);
        most = Math.max(most, relevance[view][patch]);
      }
    }
    for (int view = 0; view < 3; view++) {
      for (int patch = 0; patch < 9; patch++) {
        relevance[view][patch] = (relevance[view][patch] - least + 1e-6f) / (most - least);
      }
      PairCosines cosines =
          new PairCosines(views.get(view).of(TowerEvidence.Cosines.OF_PROJECTED), 9);
      int[] expected = slowPicks(cosines, relevance[view], 4);
      Arrays.sort(expected);
      TokenReducer cdpruner = reducer("cdpruner:clip=c,tokens=14");
      assertThat(cdpruner.tokens(views.get(view))).isEqualTo(4);
      assertThat(cdpruner.reduce(views.get(view)).keptIndices()).hasValue(expected);
    }
  }

  private static int[] slowPicks(PairCosines cosines, float[] relevance, int tokens) {
    return SlowDeterminants.picks(
        (i, j) -> (double) relevance[i] * cosines.of(i, j) * relevance[j],
        0,
        relevance.length,
        tokens);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 12})
  void coveragesPicksAreThoseOfComputingAllGains(int side) {
    int count = side * side;
    ArrayPatchTokens patches = patches(side, side);
    float[] words = patches.of(WORDS);
    float[] cosines = patches.of(TowerEvidence.Cosines.OF_FEATURES);

    int[] picks = MmTok.picks(words, cosines, count, MMTOK, count, new int[0]);

    assertThat(picks).isEqualTo(slowCoverage(words, cosines, count, 0.5));
  }

  /** The paper's rule in plain loops: rows of words and patches, all gains at every pick. */
  private static int[] slowCoverage(float[] words, float[] cosines, int count, double alpha) {
    int texts = words.length / count;
    double[][] rows = new double[texts + count][];
    for (int row = 0; row < rows.length; row++) {
      boolean text = row < texts;
      float[] source = text ? words : cosines;
      int start = (text ? row : row - texts) * count;
      double[] powers = new double[count];
      for (int patch = 0; patch < count; patch++) {
        powers[patch] = Math.exp(source[start + patch] / (text ? 0.02 : 0.2));
      }
      double sum = Arrays.stream(powers).sum();
      double weight = text ? 1.0 / texts : alpha / count;
      rows[row] = Arrays.stream(powers).map(power -> (float) (power / sum * weight)).toArray();
    }
    double[] covered = new double[rows.length];
    int[] picks = new int[count];
    boolean[] taken = new boolean[count];
    for (int i = 0; i < count; i++) {
      int best = -1;
      double most = 0;
      for (int patch = 0; patch < count; patch++) {
        double gain = 0;
        for (int row = 0; row < rows.length; row++) {
          gain += Math.max(0, rows[row][patch] - covered[row]);
        }
        if (!taken[patch] && (best < 0 || gain > most)) {
          best = patch;
          most = gain;
        }
      }
      picks[i] = best;
      taken[best] = true;
      for (int row = 0; row < rows.length; row++) {
        covered[row] = Math.max(covered[row], rows[row][best]);
      }
    }
    return picks;
  }

  @Test
  void paddingIsPickedLast() {
    ArrayPatchTokens patches = patches(4, 9);
    float[] words = patches.of(WORDS);
    float[] cosines = patches.of(TowerEvidence.Cosines.OF_FEATURES);
    int[] padding = {0, 1, 2, 3, 12, 13, 14, 15};

    int[] picks = MmTok.picks(words, cosines, 16, MMTOK, 16, padding);

    assertThat(Arrays.copyOf(picks, 8)).doesNotContain(padding);
    assertThat(picks).doesNotHaveDuplicates();
    int[] free = MmTok.picks(words, cosines, 16, MMTOK, 16, new int[0]);
    assertThat(Arrays.copyOf(free, 8)).isNotEqualTo(Arrays.copyOf(picks, 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Is there a dog in the image?                                    | there dog in image
          What colour is the 2nd bus_stop, the red one?                   | colour 2nd bus_stop red one
          Who is he?                                                      | Who is he?
          THE Dog's tail                                                  | Dog s tail
          Überall ½ 日本                                                   | Überall ½ 日本
          A cat? Answer the question using a single word or phrase.       | cat
          """)
  void keywords(String question, String words) {
    assertThat(MmTokWords.KEYWORDS.of(question)).isEqualTo(words);
  }

  @Test
  void withoutAWordNothingIsLeft() {
    assertThat(MmTokWords.KEYWORDS.of("Answer the question using a single word or phrase."))
        .isEmpty();
  }

  @Test
  void theSentenceAboutTheFormIsDroppedWhereAsked() {
    for (String form :
        new String[] {
          "Answer the question using a single word or phrase.",
          "Answer with the option's letter from the given choices directly.",
          "\u8bf7\u76f4\u63a5\u56de\u7b54\u9009\u9879\u5b57\u6bcd\u3002"
        }) {
      assertThat(ClipTexts.QUESTION.of("A dog?\nA. Yes\n" + form)).isEqualTo("A dog?\nA. Yes");
    }
    assertThat(ClipTexts.WHOLE.of("A dog?\nYes?")).isEqualTo("A dog?\nYes?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trim:clip=c,text=whole|trim:clip=c|WHOLE",
        "trim:clip=c,text=question|trim:clip=c,text=question|QUESTION",
        "cdpruner:clip=c,text=question,tokens=3|cdpruner:clip=c,tokens=3|QUESTION",
        "cdpruner:clip=c,text=whole,tokens=3|cdpruner:clip=c,text=whole,tokens=3|WHOLE"
      })
  void theTextThatClipReadsIsNamedWhereItIsNotTheAuthors(
      String given, String canonical, ClipTexts text) {
    TokenReducer reducer = reducer(given);
    assertThat(reducer.spec()).hasToString(canonical);
    assertThat(reducer.needs())
        .filteredOn(TowerEvidence.ClipProducts.class::isInstance)
        .singleElement()
        .extracting(evidence -> ((TowerEvidence.ClipProducts) evidence).text())
        .isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mmtok:", "cdpruner:clip=c,", "trim:clip=c,"})
  void everyNumberOfTokensIsLeft(String method) {
    for (int side : new int[] {1, 2, 3, 5, 8}) {
      ArrayPatchTokens patches = patches(side, side);
      for (int tokens = 1; tokens <= side * side; tokens++) {
        TokenReducer reducer = reducer(method + "tokens=" + tokens);
        assertThat(reducer.reduce(patches).tokens()).isEqualTo(tokens);
        assertThat(reducer.tokens(patches)).isEqualTo(tokens);
      }
      TokenReducer more = reducer(method + "tokens=" + (side * side + 1));
      assertThatExceptionOfType(ReductionException.class).isThrownBy(() -> more.reduce(patches));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mmtok:tokens=4", "cdpruner:clip=c,tokens=4", "trim:clip=c"})
  void evidenceThatIsNoNumberIsAnErrorOfItsOwn(String method) {
    WrongEvidence.requireRefused(reducer(method), () -> patches(3, 1));
  }

  @Test
  void whatTheyLookAt() {
    assertThat(reducer("mmtok:tokens=4").perQuestion()).isTrue();
    assertThat(reducer("mmtok:tokens=4").clips()).isEmpty();
    assertThat(reducer("trim:clip=/a/b").clips()).containsExactly("/a/b");
    assertThat(reducer("cdpruner:clip=s3a://a/b,tokens=4").clips()).containsExactly("s3a://a/b");
    TokenReducer follower = reducer("uniform:tokens=@trim:clip=/a/b");
    assertThat(follower.perQuestion()).isTrue();
    assertThat(follower.clips()).isEqualTo(Set.of("/a/b"));
    assertThat(reducer("fastervlm:tokens=4").perQuestion()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mmtok:tokens=9,alpha=.50                  | mmtok:tokens=9
          mmtok:tokens=9,alpha=0.8,padding=use      | mmtok:alpha=0.8,padding=use,tokens=9
          mmtok:padding=skip,tokens=@trim:clip=/c   | mmtok:tokens=@trim:clip=/c
          trim:clip=/c                              | trim:clip=/c
          trim:ratio=.50,clip=/c                    | trim:clip=/c,ratio=0.5
          trim:tokens=9,clip=s3a://bucket/clip      | trim:clip=s3a://bucket/clip,tokens=9
          cdpruner:tokens=9,clip=/c                 | cdpruner:clip=/c,tokens=9
          """)
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mmtok",
        "mmtok:tokens=9,padding=no",
        "mmtok:tokens=9,clip=/c",
        "trim",
        "trim:tokens=9",
        "trim:clip=/c,tokens=9,ratio=0.5",
        "trim:clip=/c,ratio=0",
        "cdpruner:tokens=9",
        "cdpruner:clip=/c",
      })
  void whatAMethodDoesNotHaveIsRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }

  @Test
  void aMissingFolderSaysWhatToGive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("cdpruner:tokens=9"))
        .withMessageContaining("give clip=DIR or clip=hf:ORG/NAME");
  }

  @Test
  void sourcesOfSources() {
    assertThat(TowerEvidence.withSources(List.of(PIECES)))
        .containsExactly(new TowerEvidence.Features(), new TowerEvidence.ClipPatches("c"), PIECES);
  }
}
