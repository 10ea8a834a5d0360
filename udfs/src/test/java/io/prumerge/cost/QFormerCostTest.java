package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.QFormerQueries;
import io.prumerge.architecture.QFormerWords;
import io.prumerge.family.Families;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A Q-Former's FLOPs by hand. */
class QFormerCostTest {

  private static final DecoderShape LLAMA = Shapes.llama(10, 20, 2, 2, 2, 5, 50);
  private static final TowerShape EVA =
      new TowerShape(
          8, 16, 3, 2, new TowerFeatures(3, 8), 9, new PatchShape(4, 3), Families.tower("eva"));

  // Features of width 8, a decoder of width 10, queries of width 6, MLPs of 12; layers 0, 2 look.
  private static QFormer queries(QFormerWords words) {
    return new QFormer(8, 10, 6, 12, 4, 3, new QFormerQueries(5, 2), words);
  }

  private static CostModel cost(QFormerWords words) {
    return new CostModel(new ModelShape(EVA, queries(words), LLAMA));
  }

  @Test
  void sharesKeysAndValuesOfTheFeatures() {
    // Two layers, 10 rows of features, two matrices of 8 x 6.
    assertThat(cost(QFormerWords.NONE).connector().shared()).isEqualTo(2 * 2 * 10 * 2 * 8 * 6);
  }

  @Test
  void countsTheQueriesAlone() {
    long attention = 4 * (2 * 5 * 4 * 36 + 2 * 2 * 5 * 5 * 6);
    long looks = 2 * (2 * 5 * 2 * 36 + 2 * 2 * 5 * 10 * 6);
    long mlps = 4 * 2 * 5 * 2 * 6 * 12;
    long projection = 2 * 5 * 6 * 10;
    assertThat(cost(QFormerWords.NONE).connector().of(5, 0))
        .isEqualTo(3840 + attention + looks + mlps + projection);
    assertThat(cost(QFormerWords.NONE).connector().instruction(7)).isZero();
  }

  @Test
  void countsTheWordsBesideThem() {
    CostModel cost = cost(new QFormerWords(100, 20));
    // Seven words: 12 rows in every attention, the words' MLPs in all layers but the last.
    long attention = 4 * (2 * 12 * 4 * 36 + 2 * 2 * 12 * 12 * 6);
    long looks = 2 * (2 * 5 * 2 * 36 + 2 * 2 * 5 * 10 * 6);
    long mlps = 4 * 2 * 5 * 2 * 6 * 12 + 3 * 2 * 7 * 2 * 6 * 12;
    assertThat(cost.connector().of(5, 7)).isEqualTo(3840 + attention + looks + mlps + 600);
    assertThat(cost.connector().instruction(7)).isEqualTo(7);
    ReductionWork none =
        new ReductionWork(Set.of(), 5, 0, false, 0, Optional.empty(), 0, OptionalInt.empty());
    assertThat(cost.question(ImageWork.of(none).reading(7), List.of(), 12, 12, 1).projector())
        .isEqualTo(cost.connector().of(5, 7));
  }

  @Test
  void countsParameters() {
    long patches = 8 * 3 * 16 + 8;
    long layer = 4 * 8 + (3 * 64 + 24) + (64 + 8) + (8 * 16 + 16) + (16 * 8 + 8);
    long tower = 8 + patches + 10 * 8 + 3 * layer + 16;
    assertThat(EVA.parameters()).isEqualTo(tower);
    long attention = 4 * (36 + 6) + 12;
    long look = 2 * (36 + 6) + 2 * (48 + 6) + 12;
    long mlp = 6 * 12 + 12 + 12 * 6 + 6 + 12;
    long ends = 5 * 6 + 12 + 60 + 10;
    long plain = ends + 4 * (attention + mlp) + 2 * look;
    assertThat(cost(QFormerWords.NONE).shape().visionParameters()).isEqualTo(tower + plain);
    assertThat(cost(new QFormerWords(100, 20)).shape().visionParameters())
        .isEqualTo(tower + plain + 120 * 6 + 4 * mlp);
  }

  @Test
  void countsTheTower() {
    // One matrix for queries, keys and values costs as much as three.
    long layer = 2 * 10 * (4 * 64 + 2 * 8 * 16) + 4 * 10 * 10 * 8;
    assertThat(cost(QFormerWords.NONE).tower().features())
        .isEqualTo(2 * 9 * 8 * 3 * 16 + 3 * layer);
  }
}
