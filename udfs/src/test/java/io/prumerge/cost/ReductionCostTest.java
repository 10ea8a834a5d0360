package io.prumerge.cost;

import static io.prumerge.cost.Shapes.LLAVA_7B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected numbers come from the cost notes' tables, and from the products written out. */
class ReductionCostTest {

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
    CostModel model = new CostModel(Shapes.llava(Shapes.SHALLOW, Shapes.GROUPED));
    long layer = 8L * 10 * 6 * 6 + 4L * 10 * 10 * 6 + 4L * 10 * 6 * 10;

    assertThat(model.tower().features()).isEqualTo(2L * 9 * (3 * 4 * 4) * 6 + 2 * layer);
    assertThat(model.reductions().of(new ReductionWork(true, 2, 3, true)))
        .isEqualTo(
            2 * layer
                + (2L * 10 * 6 * 6 + 2L * 6 * 6 + 2L * 10 * 6)
                + (3L * 9 * 6 + 2L * 2 * 8 * 6 + 2L * 2 * 3 * 12)
                + 2L * 7 * 12);
    assertThat(model.connector().of(5, 0)).isEqualTo(2L * 5 * (12 * 7 + 7 * 7));
  }
}
