package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PruMerge and PruMerge+ with a given number of tokens. */
class PruMergeTokensTest {

  private static ArrayPatchTokens patches(int count) {
    Random random = new Random(count);
    float[] attention = new float[count];
    for (int i = 0; i < count; i++) {
      attention[i] = random.nextFloat();
    }
    return ArrayPatchTokens.scored(attention);
  }

  private static Reduction reduce(String method, PatchTokens patches) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    Reduction reduction = reducer.reduce(patches);
    assertThat(reducer.tokens(patches)).isEqualTo(reduction.tokens());
    return reduction;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9, 49, 576})
  void everyNumberIsLeft(int count) {
    for (String name : new String[] {"prumerge", "prumerge+"}) {
      for (String summary : new String[] {"", "summary=false,"}) {
        for (int tokens : new int[] {1, 2, 3, count / 9, count / 3, count - 1, count}) {
          if (tokens >= 1 && tokens <= count) {
            Reduction reduction = reduce(name + ":" + summary + "tokens=" + tokens, patches(count));
            assertThat(reduction.tokens()).isEqualTo(tokens);
            int[] kept = reduction.keptIndices().orElseThrow();
            assertThat(IntStream.of(kept).distinct().count()).isEqualTo(kept.length);
            assertThat(reduction.summary()).isEqualTo(summary.isEmpty());
          }
        }
      }
    }
  }

  @Test
  void prumergeKeepsTheLargestScores() {
    ArrayPatchTokens patches = patches(49);
    assertThat(reduce("prumerge:tokens=8", patches).keptIndices())
        .hasValue(Ranking.top(patches.clsAttention(), 7));
  }

  /** A quarter of seven, rounded up, by score; five spaced evenly over the other 7 of 9. */
  @Test
  void prumergePlusSpacesTheOthersEvenly() {
    ArrayPatchTokens patches = ArrayPatchTokens.scored(1, 1, 8, 1, 1, 9, 1, 1, 1);
    assertThat(reduce("prumerge+:tokens=8", patches).keptIndices())
        .hasValue(new int[] {5, 2, 0, 3, 4, 6, 8});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prumerge:tokens=9,k=32            | prumerge:tokens=9
          prumerge+:tokens=@uniform:tokens=9 | prumerge+:tokens=@uniform:tokens=9
          prumerge:tokens=9,summary=false   | prumerge:summary=false,tokens=9
          """)
  void canonicalSpelling(String text, String canonical) {
    assertThat(MethodSpec.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prumerge:ratio=0.5,tokens=9",
        "prumerge:adaptive=false,tokens=9",
        "prumerge+:adaptive=true,tokens=9",
        "prumerge:tokens=0",
      })
  void twoRulesForTheNumberAreRefused(String method) {
    assertThatIllegalArgumentException().isThrownBy(() -> MethodSpec.parse(method));
  }

  @Test
  void moreThanThePatchesAreRefused() {
    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> reduce("prumerge:tokens=10", patches(9)))
        .withMessageContaining("Cannot keep 10 tokens");
  }
}
