package io.prumerge.cost;

import static io.prumerge.cost.Shapes.LLAVA_13B;
import static io.prumerge.cost.Shapes.LLAVA_7B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected numbers come from the cost notes' tables, and from the products written out. */
class CostModelTest {

  private static CostModel model(String name) {
    return name.equals("7B") ? LLAVA_7B : LLAVA_13B;
  }

  @Test
  void towerRunsTwentyThreeOfTwentyFourLayers() {
    assertThat(LLAVA_7B.tower().features()).isEqualTo(366_033_858_560L);
    assertThat(LLAVA_13B.tower().features()).isEqualTo(366_033_858_560L);
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

    assertThat(model.decoder().prefill(prompt)).isEqualTo(prefill);
    assertThat(
            model.tower().features()
                + model.connector().of(visual, 0)
                + model.decoder().prefill(prompt))
        .isEqualTo(endToEnd);
    TokenSchedule positions = TokenSchedule.constant(prompt);
    assertThat(2 * model.shape().decoder().kvCacheElements(positions)).isEqualTo(cacheBytes);
    assertThat(model.decoder().decodeStep(positions.plus(1))).isEqualTo(nextToken);
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
    DecoderShape decoder = model.shape().decoder();
    long rows = (long) prompt * decoder.layers();
    double attention = 4.0 * prompt * rows * decoder.width();

    assertThat(attention / 1e12).isEqualTo(attentionTera, within(5e-7));
    assertThat(model.decoder().of(rows, 0, 0) / 1e12).isEqualTo(linearTera, within(5e-7));
    assertThat(model.decoder().head(1) / 1e9).isEqualTo(headGiga);
    assertThat(model.connector().of(visual, 0) / 1e9).isEqualTo(projectorGiga, within(5e-5));
  }

  @Test
  void reducedPromptsSaveAsMuchAsTheNotesSay() {
    assertThat(prefillRatio(LLAVA_7B)).isEqualTo(8.74, within(0.005));
    assertThat(prefillRatio(LLAVA_13B)).isEqualTo(8.70, within(0.005));
    assertThat(endToEndRatio(LLAVA_7B)).isEqualTo(6.58, within(0.005));
    assertThat(endToEndRatio(LLAVA_13B)).isEqualTo(7.43, within(0.005));
  }

  private static double prefillRatio(CostModel model) {
    return (double) model.decoder().prefill(616) / model.decoder().prefill(72);
  }

  private static double endToEndRatio(CostModel model) {
    return (double)
            (model.tower().features() + model.connector().of(576, 0) + model.decoder().prefill(616))
        / (model.tower().features() + model.connector().of(32, 0) + model.decoder().prefill(72));
  }

  @Test
  void aQuestionIsTheSumOfItsStages() {
    ReductionWork work = new ReductionWork(true, 31, 32, true);

    QuestionCost cost = LLAVA_7B.question(ImageWork.of(work), List.of(), 40, 40, 2);

    assertThat(cost)
        .isEqualTo(
            new QuestionCost(
                366_033_858_560L,
                LLAVA_7B.reductions().of(work),
                LLAVA_7B.connector().of(32, 0),
                935_524_827_136L,
                13_252_427_776L));
    assertThat(cost.total())
        .isEqualTo(1_302_900_862_976L + LLAVA_7B.reductions().of(work) + 13_252_427_776L);
    assertThat(LLAVA_7B.textQuestion(72, 2))
        .isEqualTo(new QuestionCost(0, 0, 0, 935_524_827_136L, 13_252_427_776L));
  }
}
