package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReductionWorkTest {
  private static final PatchTokens FOUR =
      new ArrayPatchTokens(
          new float[4][2], new float[4][2], new float[] {0.1f, 0.2f, 0.3f, 0.4f}, new byte[32]);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none                               | false | 4 | 0 | false | 4
          prumerge                           | true  | 1 | 3 | true  | 2
          prumerge:k=2,summary=false         | true  | 1 | 2 | false | 1
          prumerge:merge=false,summary=false | true  | 1 | 0 | false | 1
          uniform:tokens=@prumerge           | false | 2 | 0 | false | 2
          """)
  void saysWhatWasDone(
      String method, boolean scored, int kept, int neighbours, boolean summary, int tokens) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    try (Reduction reduction = reducer.reduce(FOUR)) {
      ReductionWork work = ReductionWork.of(reducer.needs(), reduction, text -> 0);

      assertThat(work).isEqualTo(new ReductionWork(scored, kept, neighbours, summary));
      assertThat(work.tokens()).isEqualTo(tokens);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, -1"})
  void refusesNegativeCounts(int kept, int neighbours) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReductionWork(true, kept, neighbours, false))
        .withMessageContaining("negative");
  }
}
