package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.architecture.OptWeights;
import io.prumerge.config.Activation;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected numbers come from the cost notes' tables, and from the products written out. */
class CostModelTest {
  private static final ModelShape.Vision CLIP_L_336 =
      new ModelShape.Vision(1024, 4096, 24, 16, 23, 1024, 576, 14, 3);
  private static final CostModel LLAVA_7B = new CostModel(llava(4096, 11008, 32));
  private static final CostModel LLAVA_13B = new CostModel(llava(5120, 13824, 40));

  /** Odd small dimensions: grouped heads, a head width of its own, two feature layers. */
  private static final ModelShape.Text GROUPED = text(7, 11, 3, 6, 2, 5, 13);

  private static final ModelShape.Vision SHALLOW =
      new ModelShape.Vision(6, 10, 5, 2, 2, 12, 9, 4, 3);

  private static ModelShape llava(int width, int mlp, int layers) {
    return new ModelShape(CLIP_L_336, text(width, mlp, layers, layers, layers, 128, 32000), true);
  }

  private static ModelShape.Text text(
      int width, int mlp, int layers, int heads, int kvHeads, int headDim, int vocabulary) {
    return new ModelShape.Text(
        width, mlp, layers, heads, kvHeads, headDim, vocabulary, false, false, false);
  }

  private static CostModel model(String name) {
    return name.equals("7B") ? LLAVA_7B : LLAVA_13B;
  }

  @Test
  void dimensionsComeFromTheCheckpointsConfiguration() {
    LlavaConfig config =
        new LlavaConfig(
            ModelFamily.LLAVA,
            new VisionConfig(6, 10, 5, 2, 3, 14, 4, Activation.QUICK_GELU, 1e-5),
            new TextConfig(
                13,
                7,
                11,
                3,
                6,
                2,
                4,
                Activation.SILU,
                64,
                1e-5,
                Optional.of(new RopeScaling.Default(10_000)),
                false,
                false,
                true,
                OptionalInt.empty()),
            12,
            Activation.GELU,
            true,
            List.of(1, 2),
            FeatureSelect.DEFAULT,
            true,
            Optional.empty());

    assertThat(CostModel.of(config).shape())
        .isEqualTo(
            new ModelShape(
                SHALLOW, new ModelShape.Text(7, 11, 3, 6, 2, 4, 13, false, true, true), true));
  }

  @ParameterizedTest
  @CsvSource({"0, 23, 1", "1024, 25, 1", "1024, -1, 1", "1024, 23, 0"})
  void impossibleDimensionsAreRefused(int width, int featureDepth, int patches) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ModelShape.Vision(width, 4096, 24, 16, featureDepth, 1024, patches, 14, 3))
        .withMessageStartingWith("Cannot count a ");
  }

  /** OPT-2.7B by hand: four square matrices and two of the MLP, one table of positions. */
  @Test
  void optHasSixMatricesInALayer() {
    ModelShape.Text opt =
        new ModelShape.Text(new OptWeights(2560, 10240, 32, 2048, 50272, true, true), 32, 32, 80);
    CostModel model = new CostModel(new ModelShape(CLIP_L_336, opt, true));
    long layer = 4L * 2560 * 2560 + 2L * 2560 * 10240;
    assertThat(model.prefill(72))
        .isEqualTo(32 * (2 * 72 * layer + 4L * 72 * 72 * 2560) + 2L * 2560 * 50272);
    assertThat(model.kvCacheBytes(72, 2)).isEqualTo(2L * 2 * 72 * 32 * 2560);
    assertThat(opt.parameters()).isEqualTo(2_651_596_800L); // facebook/opt-2.7b
    assertThat(model.rotation(5, 7)).isZero();
    assertThat(LLAVA_7B.rotation(5, 7)).isEqualTo(2L * 5 * 7 * 128);
  }

  @Test
  void towerRunsTwentyThreeOfTwentyFourLayers() {
    assertThat(LLAVA_7B.vision()).isEqualTo(366_033_858_560L);
    assertThat(LLAVA_13B.vision()).isEqualTo(366_033_858_560L);
  }

  @ParameterizedTest
  @CsvSource({
    "7B,  576, 8177644994560,  8567838044160,  322961408, 13537640448",
    "7B,  144, 2401182416896,  2773256073216,  96468992,  13311148032",
    "7B,  32,  935524827136,   1302900862976,  37748736,  13252427776",
    "13B, 576, 15942510182400, 16344782827520, 504627200, 26208665600",
    "13B, 144, 4697161728000,  5072255283200,  150732800, 25854771200",
    "13B, 32,  1831613235200,  2199660359680,  58982400,  25763020800"
  })
  void referenceTotalsAtFortyTextTokens(
      String name, int visual, long prefill, long endToEnd, long cacheBytes, long nextToken) {
    CostModel model = model(name);
    int prompt = visual + 40;

    assertThat(model.prefill(prompt)).isEqualTo(prefill);
    assertThat(model.vision() + model.projector(visual) + model.prefill(prompt))
        .isEqualTo(endToEnd);
    assertThat(model.kvCacheBytes(prompt, 2)).isEqualTo(cacheBytes);
    assertThat(model.decodeStep(prompt + 1)).isEqualTo(nextToken);
  }

  @ParameterizedTest
  @CsvSource({
    "7B,  576, 7.978439,  0.198944, 0.262144, 24.1592",
    "7B,  40,  1.036161,  0.003355, 0.262144, 1.6777",
    "13B, 576, 15.631332, 0.310850, 0.327680, 36.2388",
    "13B, 40,  2.030043,  0.005243, 0.327680, 2.5166"
  })
  void partsOfThePrefill(
      String name,
      int visual,
      double linearTera,
      double attentionTera,
      double headGiga,
      double projectorGiga) {
    CostModel model = model(name);
    int prompt = visual + 40;
    ModelShape.Text text = model.shape().text();
    double attention = 4.0 * prompt * prompt * text.width() * text.layers();

    assertThat(attention / 1e12).isEqualTo(attentionTera, within(5e-7));
    assertThat((model.rows(prompt, 0) - attention) / 1e12).isEqualTo(linearTera, within(5e-7));
    assertThat(model.head(1) / 1e9).isEqualTo(headGiga);
    assertThat(model.projector(visual) / 1e9).isEqualTo(projectorGiga, within(5e-5));
  }

  @Test
  void reducedPromptsSaveAsMuchAsTheNotesSay() {
    assertThat(prefillRatio(LLAVA_7B)).isEqualTo(8.74, within(0.005));
    assertThat(prefillRatio(LLAVA_13B)).isEqualTo(8.70, within(0.005));
    assertThat(endToEndRatio(LLAVA_7B)).isEqualTo(6.58, within(0.005));
    assertThat(endToEndRatio(LLAVA_13B)).isEqualTo(7.43, within(0.005));
  }

  private static double prefillRatio(CostModel model) {
    return (double) model.prefill(616) / model.prefill(72);
  }

  private static double endToEndRatio(CostModel model) {
    return (double) (model.vision() + model.projector(576) + model.prefill(616))
        / (model.vision() + model.projector(32) + model.prefill(72));
  }

  @ParameterizedTest
  @CsvSource({"32, 1.256, 43.8", "40, 1.266, 53.8", "144, 1.395, 182.8"})
  void pruMergesOwnCost(int kept, double totalGiga, double selectAndMergeMega) {
    long projections = 2L * 577 * 1024 * 1024 + 2L * 1024 * 1024;
    long scores = 2L * 577 * 1024;
    long total = LLAVA_7B.reductions().of(new ReductionWork(true, kept, 32, true));

    assertThat(total / 1e9).isEqualTo(totalGiga, within(5e-4));
    assertThat((total - projections) / 1e6).isEqualTo(selectAndMergeMega, within(0.05));
    assertThat(total)
        .isEqualTo(
            projections
                + scores
                + 3L * 576 * 1024
                + 2L * kept * 575 * 1024
                + 2L * kept * 32 * 1024
                + 2L * (576 - kept) * 1024);
  }

  @Test
  void eachPartOfTheReductionCountsWhereItRuns() {
    long scoring = 2L * 577 * 1024 * 1024 + 2L * 1024 * 1024 + 2L * 577 * 1024;
    long merging = 3L * 576 * 1024 + 2L * 40 * 575 * 1024 + 2L * 40 * 32 * 1024;
    long summary = 2L * 536 * 1024;

    assertThat(reduction(40, 0, false)).isEqualTo(scoring);
    assertThat(reduction(40, 32, false)).isEqualTo(scoring + merging);
    assertThat(reduction(40, 0, true)).isEqualTo(scoring + summary);
    assertThat(reduction(40, 32, true)).isEqualTo(scoring + merging + summary);
    assertThat(LLAVA_7B.reductions().of(new ReductionWork(false, 40, 0, false))).isZero();
  }

  private static long reduction(int kept, int neighbours, boolean summary) {
    return LLAVA_7B.reductions().of(new ReductionWork(true, kept, neighbours, summary));
  }

  @Test
  void featuresBelowTheLastLayersInputAddTheLayersBetween() {
    CostModel model = new CostModel(new ModelShape(SHALLOW, GROUPED, true));
    long layer = 8L * 10 * 6 * 6 + 4L * 10 * 10 * 6 + 4L * 10 * 6 * 10;

    assertThat(model.vision()).isEqualTo(2L * 9 * (3 * 4 * 4) * 6 + 2 * layer);
    assertThat(model.reductions().of(new ReductionWork(true, 2, 3, true)))
        .isEqualTo(
            2 * layer
                + (2L * 10 * 6 * 6 + 2L * 6 * 6 + 2L * 10 * 6)
                + (3L * 9 * 6 + 2L * 2 * 8 * 6 + 2L * 2 * 3 * 12)
                + 2L * 7 * 12);
    assertThat(model.projector(5)).isEqualTo(2L * 5 * (12 * 7 + 7 * 7));
  }

  @Test
  void groupedHeadsShareKeysAndValues() {
    CostModel model = new CostModel(new ModelShape(CLIP_L_336, GROUPED, true));
    long weights = 7 * 30 + 2 * 7 * 10 + 30 * 7 + 3 * 7 * 11;

    assertThat(model.prefill(4)).isEqualTo(3 * (2 * 4 * weights + 4L * 4 * 4 * 30) + 2 * 7 * 13);
    assertThat(model.kvCacheBytes(4, 2)).isEqualTo(2 * 3 * 10 * 4 * 2);
  }

  /** The published schedules: FastV, PyramidDrop, SparseVLM v1, and pruning before the decoder. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0:576,2:288              | 4.5470 | 306
          0:576,2:192              | 3.3549 | 216
          0:576,2:144              | 2.7622 | 171
          0:576,2:128              | 2.5652 | 156
          0:576,2:64               | 1.7795 | 96
          0:576,8:288,16:144,24:72 | 4.0853 | 270
          0:576,3:309,7:204,16:113 | 3.2345 | 206.5
          0:576,3:312,7:117,16:39  | 2.4337 | 145.4
          0:576,3:82,7:32,16:18    | 1.6049 | 82.3
          0:192                    | 3.0333 | 192
          0:128                    | 2.1910 | 128
          0:64                     | 1.3529 | 64
          """)
  void tokensDroppedInsideTheDecoder(String visual, double prefillTera, double mean) {
    TokenSchedule schedule = TokenSchedule.parse(visual);

    assertThat(LLAVA_7B.prefill(schedule.plus(40)) / 1e12).isEqualTo(prefillTera, within(5e-5));
    assertThat(schedule.mean(32)).isEqualTo(mean, within(0.05));
    assertThat(LLAVA_7B.kvCacheElements(schedule))
        .isEqualTo(2L * 4096 * Math.round(mean32(schedule)));
  }

  private static double mean32(TokenSchedule schedule) {
    return schedule.mean(32) * 32;
  }

  @Test
  void aScheduleIsTheSumOfItsLayers() {
    TokenSchedule schedule = TokenSchedule.parse("0:5,1:3,2:1");
    CostModel model = new CostModel(new ModelShape(CLIP_L_336, GROUPED, true));
    long prefill = model.head(1);
    long decode = model.head(1);
    for (int tokens : new int[] {5, 3, 1}) {
      prefill += model.rows(tokens, 0) / 3;
      decode += model.rows(1, tokens - 1) / 3;
    }

    assertThat(model.prefill(schedule)).isEqualTo(prefill);
    assertThat(model.decodeStep(schedule)).isEqualTo(decode);
  }

  @Test
  void executedRowsPayForTheKeysTheySee() {
    long linear = LLAVA_7B.rows(1, 0) - 4L * 32 * 4096;

    assertThat(LLAVA_7B.rows(20, 600)).isEqualTo(20 * linear + 4L * 32 * 20 * 620 * 4096);
    assertThat(LLAVA_7B.rows(0, 600)).isZero();
    assertThat(LLAVA_7B.decodeStep(617)).isEqualTo(LLAVA_7B.rows(1, 616) + LLAVA_7B.head(1));
    assertThat(LLAVA_7B.prefill(616)).isEqualTo(LLAVA_7B.rows(616, 0) + LLAVA_7B.head(1));
  }

  @Test
  void decodeIsEveryTokenAfterTheFirst() {
    assertThat(LLAVA_7B.decode(616, 0)).isZero();
    assertThat(LLAVA_7B.decode(616, 1)).isZero();
    assertThat(LLAVA_7B.decode(616, 3))
        .isEqualTo(LLAVA_7B.decodeStep(617) + LLAVA_7B.decodeStep(618));
  }

  @Test
  void aQuestionIsTheSumOfItsStages() {
    ReductionWork work = new ReductionWork(true, 31, 32, true);

    QuestionCost cost = LLAVA_7B.question(work, 40, 2);

    assertThat(cost)
        .isEqualTo(
            new QuestionCost(
                366_033_858_560L,
                LLAVA_7B.reductions().of(work),
                LLAVA_7B.projector(32),
                935_524_827_136L,
                13_252_427_776L));
    assertThat(cost.total())
        .isEqualTo(1_302_900_862_976L + LLAVA_7B.reductions().of(work) + 13_252_427_776L);
    assertThat(LLAVA_7B.textQuestion(72, 2))
        .isEqualTo(new QuestionCost(0, 0, 0, 935_524_827_136L, 13_252_427_776L));
  }

  private static Stream<Arguments> cuts() {
    long d = 4096;
    long query = 2 * d * d;
    long key = 2 * d * d;
    long score = 2 * d;
    long relevance = 10 * 576 * 2 * d;
    long recycled = 83 * 83 + 9 * 576 + 33 * 33 + 4 * 309 + 29 * 29 + 3 * 204;
    long rotated = 10 * (576 + 300 + 200) * 2 * 128;
    return Stream.of(
        Arguments.of("fastv:layer=2", query + 616 * score),
        Arguments.of("pyramiddrop", 3 * query + (616 + 328 + 184) * (key + score)),
        // Eight pivots with a pool that each lessens by sixteen.
        Arguments.of("dart", (8 * 572 - 16 * 28) * 2 * d),
        Arguments.of("v2drop", 0L),
        Arguments.of("vtw", 0L),
        Arguments.of(
            "sparsevlm",
            3 * 10 * query + 10 * (616 + 349 + 244) * score + relevance + recycled * 2 * d),
        Arguments.of(
            "sparsevlm:version=2",
            3 * 10 * query + 10 * (616 + 340 + 240) * score + relevance + rotated));
  }

  /** 576 visual tokens and 40 of text, 10 of them behind the image; 32 heads of 128. */
  @ParameterizedTest
  @MethodSource("cuts")
  void whatCutsLookAtIsCounted(String method, long flops) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    ReductionWork work = new ReductionWork(false, 576, 0, false);
    QuestionCost cost = LLAVA_7B.question(work, reducer.cuts(576, 32), 40, 10, 1);
    assertThat(cost.reduction()).isEqualTo(flops);
  }

  @Test
  void aCountThatDoesNotFitIsAnError() {
    int huge = Integer.MAX_VALUE;
    CostModel model =
        new CostModel(
            new ModelShape(CLIP_L_336, text(huge, huge, huge, huge, huge, 1, huge), true));

    assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> model.prefill(1));
  }
}
