package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TypicalImageTest {

  private static final TowerLayer LAST = new TowerLayer.Last();

  static List<Arguments> evidence() {
    return List.of(
        arguments(new TowerEvidence.ColumnAttention(LAST), 36),
        arguments(new TowerEvidence.KeyProducts(LAST), 36 * 36),
        arguments(new TowerEvidence.HeadMeanKeys(LAST), 36),
        arguments(new TowerEvidence.Features(), 36),
        arguments(new TowerEvidence.SmallImage(3), 9),
        arguments(TowerEvidence.Cosines.OF_PROJECTED, 36 * 36),
        arguments(new TowerEvidence.SequenceCosines(70, true), 70 * 70),
        arguments(new TowerEvidence.ApproximationErrors(Stage.BEFORE_CONNECTOR, 5, 1), 36 + 5),
        arguments(new TowerEvidence.ApproximationErrors(Stage.BEFORE_CONNECTOR, 99, 1), 36 + 36),
        arguments(new TowerEvidence.EarlierCosines(1), 36),
        arguments(new TowerEvidence.CentreScores(4), 2 * 4 * 36),
        arguments(new TowerEvidence.MeanDistances(2, List.of(0, 3, 4)), 3 * 3),
        arguments(new TowerEvidence.WordCosines(question -> question), 36),
        arguments(
            new TowerEvidence.ClipProducts("clip", question -> question, ClipReading.PIECES), 36));
  }

  @ParameterizedTest
  @MethodSource("evidence")
  void typicalValuesAreOfTheShapeThatTheEvidenceHas(TowerEvidence evidence, int size) {
    assertThat(new TypicalImage(36, 36, 23).of(evidence)).hasSize(size);
  }
}
