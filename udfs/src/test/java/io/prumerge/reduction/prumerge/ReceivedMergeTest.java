package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.reduction.prumerge.MergingReducer.PaperMerge;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PruMerge by the attention that patches get. */
class ReceivedMergeTest {

  private static final TowerEvidence RECEIVED =
      new TowerEvidence.ColumnAttention(new TowerLayer.Last());

  private static ArrayPatchTokens random(int count) {
    Random random = new Random(count);
    float[][] features = new float[count][3];
    float[][] keys = new float[count][5];
    float[] attention = new float[count];
    float[] products = new float[count * count];
    for (int i = 0; i < count; i++) {
      attention[i] = (float) Math.exp(2 * random.nextGaussian());
      for (int c = 0; c < 5; c++) {
        features[i][c % 3] = (float) random.nextGaussian();
        keys[i][c] = (float) random.nextGaussian();
      }
    }
    for (int i = 0; i < count * count; i++) {
      for (int c = 0; c < 5; c++) {
        products[i] += keys[i / count][c] * keys[i % count][c];
      }
    }
    return new ArrayPatchTokens(features, keys, attention, new byte[32])
        .with(RECEIVED, attention)
        .with(PaperMerge.KEYS, products);
  }

  private static ArrayReduction reduce(String method, ArrayPatchTokens patches) {
    return (ArrayReduction) TokenReducers.of(MethodSpec.parse(method)).reduce(patches);
  }

  /** With the class token's attention for what patches get, it is the authors' code. */
  @ParameterizedTest
  @CsvSource({
    "prumerge:k=4, 49",
    "prumerge:k=32, 25",
    "prumerge:k=32, 144",
    "'prumerge:k=3,summary=false', 49",
    "prumerge:merge=false, 49",
    "prumerge+:k=5, 64",
    "'prumerge+:k=5,tokens=9', 64",
    "'prumerge:k=2,tokens=5', 9",
  })
  void theSameScoresGiveTheSameTokens(String method, int count) {
    ArrayPatchTokens patches = random(count);
    ArrayReduction official = reduce(method, patches);
    ArrayReduction received = reduce(method.replace(":", ":attention=received,"), patches);

    assertThat(received.keptIndices().orElseThrow())
        .containsExactly(official.keptIndices().orElseThrow());
    assertThat(received.tokens()).isEqualTo(official.tokens());
    for (int token = 0; token < official.tokens(); token++) {
      assertThat(received.rows()[token]).containsExactly(official.rows()[token], within(1e-5));
    }
  }

  @Test
  void keysAreLookedAtWhereTheyAreMerged() {
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge:attention=received")).needs())
        .containsExactlyInAnyOrder(RECEIVED, PaperMerge.KEYS);
    assertThat(
            TokenReducers.of(MethodSpec.parse("prumerge+:attention=received,merge=false")).needs())
        .containsExactly(RECEIVED);
  }
}
