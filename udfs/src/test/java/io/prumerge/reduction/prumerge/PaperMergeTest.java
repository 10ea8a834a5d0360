package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.prumerge.MergingReducer.PaperMerge;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code variant=paper} of PruMerge and PruMerge+. */
class PaperMergeTest {

  private static Reduction reduce(String method, PatchTokens patches) {
    return TokenReducers.of(MethodSpec.parse(method)).reduce(patches);
  }

  /**
   * The page's example of 12 tokens (token-reduction.md section 10), by the paper's rule: kept 3
   * and 8; products of keys with pruned patches; no own feature, no summary.
   */
  @Test
  void theExampleByTheFormula() {
    float[] attention = {.01f, .02f, .01f, .30f, .02f, .03f, .02f, .01f, .25f, .02f, .03f, .02f};
    float[][] keys = {
      {1, 0}, {2, .1f}, {0, 1}, {1, 1}, {3, 1}, {1, 3}, {0, 2}, {-1, 0}, {.2f, -1}, {1, -1}, {2, 1},
      {-1, -1}
    };
    float[][] features = new float[12][];
    float[] products = new float[12 * 12];
    for (int i = 0; i < 12; i++) {
      features[i] = new float[] {i + 1, 10 * (i + 1)};
      for (int j = 0; j < 12; j++) {
        products[12 * i + j] = keys[i][0] * keys[j][0] + keys[i][1] * keys[j][1];
      }
    }
    ArrayPatchTokens patches =
        new ArrayPatchTokens(features, keys, new float[12], new byte[32])
            .with(PaperMerge.ATTENTION, attention)
            .with(PaperMerge.KEYS, products);

    ArrayReduction reduction = (ArrayReduction) reduce("prumerge:k=3,variant=paper", patches);

    assertThat(reduction.keptIndices()).hasValue(new int[] {3, 8});
    assertThat(reduction.summary()).isFalse();
    // Of 3, products 1 2.1 1 - 4 4 2 -1 - 0 3 -2: patches 4, 5, 10 take .02 5 + .03 6 + .03 11.
    // Of 8, products .2 .3 -1 - -.4 -2.8 -2 -.2 - 1.2 -.6 .8: patches 9, 11, 1.
    assertThat(reduction.rows()[0][0]).isCloseTo(.02 * 5 + .03 * 6 + .03 * 11, offset());
    assertThat(reduction.rows()[1][0]).isCloseTo(.02 * 10 + .02 * 12 + .02 * 2, offset());
    assertThat(reduction.rows()[1][1]).isCloseTo(10 * (.02 * 10 + .02 * 12 + .02 * 2), offset());
  }

  private static org.assertj.core.data.Offset<Double> offset() {
    return org.assertj.core.api.Assertions.within(1e-6);
  }

  private static ArrayPatchTokens random(int count) {
    Random random = new Random(count);
    float[] attention = new float[count];
    float[] products = new float[count * count];
    for (int i = 0; i < count; i++) {
      attention[i] = (float) Math.exp(2 * random.nextGaussian());
    }
    for (int i = 0; i < products.length; i++) {
      products[i] = (float) random.nextGaussian();
    }
    return new ArrayPatchTokens(
            new float[count][2], new float[count][1], new float[count], new byte[32])
        .with(PaperMerge.ATTENTION, attention)
        .with(PaperMerge.KEYS, products);
  }

  /** As many again as there are outliers. */
  @ParameterizedTest
  @ValueSource(ints = {49, 144, 576})
  void plusDoublesTheOutliers(int count) {
    ArrayPatchTokens patches = random(count);
    int[] outliers = reduce("prumerge:variant=paper", patches).keptIndices().orElseThrow();
    int[] both = reduce("prumerge+:variant=paper", patches).keptIndices().orElseThrow();

    assertThat(outliers).hasSizeGreaterThan(2);
    assertThat(both).hasSize(2 * outliers.length).doesNotHaveDuplicates().startsWith(outliers);
    assertThat(IntStream.of(both).skip(outliers.length)).isSorted();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9, 49})
  void everyNumberIsLeft(int count) {
    for (String name : new String[] {"prumerge", "prumerge+"}) {
      for (int tokens : new int[] {1, 2, count / 3, count}) {
        if (tokens >= 1 && tokens <= count) {
          String method = name + ":tokens=" + tokens + ",variant=paper";
          Reduction reduction = reduce(method, random(count));
          assertThat(reduction.tokens()).isEqualTo(tokens);
          assertThat(reduction.keptIndices().orElseThrow()).hasSize(tokens).doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void flatAttentionLeavesOneToken() {
    ArrayPatchTokens flat =
        new ArrayPatchTokens(new float[9][1], new float[9][1], new float[9], new byte[32])
            .with(PaperMerge.ATTENTION, new float[9])
            .with(PaperMerge.KEYS, new float[81]);
    assertThat(reduce("prumerge:variant=paper", flat).tokens()).isEqualTo(1);
    assertThat(reduce("prumerge+:variant=paper", flat).tokens()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prumerge:variant=code                  | prumerge
          prumerge:variant=paper,k=32            | prumerge:variant=paper
          prumerge+:variant=paper,k=4,tokens=9   | prumerge+:k=4,tokens=9,variant=paper
          prumerge:merge=false,variant=paper     | prumerge:merge=false,variant=paper
          """)
  void spellings(String given, String canonical) {
    assertThat(MethodSpec.parse(given)).hasToString(canonical);
    assertThat(MethodSpec.parse(canonical)).hasToString(canonical);
  }

  @Test
  void refusals() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("prumerge:variant=text"))
        .withMessageContaining("variant must be code or paper but was 'text'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MethodSpec.parse("prumerge:summary=true,variant=paper"))
        .withMessageContaining("the paper has no summary token");
  }

  @Test
  void evidenceIsOfTheFeaturesLayer() {
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge:variant=paper")).needs())
        .containsExactlyInAnyOrder(PaperMerge.ATTENTION, PaperMerge.KEYS);
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge:merge=false,variant=paper")).needs())
        .containsExactly(PaperMerge.ATTENTION);
    assertThat(TokenReducers.of(MethodSpec.parse("prumerge")).needs())
        .containsExactly(new TowerEvidence.FullWidthAttention());
  }
}
