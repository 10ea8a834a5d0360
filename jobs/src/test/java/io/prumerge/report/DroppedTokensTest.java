package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Records;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DroppedTokensTest {

  /**
   * @param before mean
   * @param half median of the tokens that the decoder receives
   * @param after their mean
   */
  private static EfficiencyRow row(
      String method, String benchmark, double before, double half, double after, double layerMean) {
    Map<String, Object> values =
        Map.of(
            "model",
            "mini",
            "method",
            method,
            "benchmark",
            benchmark,
            "split",
            "test",
            "visual_tokens_before_mean",
            before,
            "visual_tokens_after_p50",
            half,
            "visual_tokens_after_mean",
            after,
            "visual_tokens_after_max",
            (int) Math.ceil(Math.max(half, after)),
            "visual_tokens_layer_mean",
            layerMean,
            "reduction_ratio",
            before / after);
    return Records.of(EfficiencyRow.class, values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prumerge                 | 576 | 576 | 576 | 576 | dropped no visual token of any image
          prumerge                 | 576 | 576 | 400 | 400 | dropped no visual token of most images
          prumerge                 | 576 | 40  | 300 | 300 |
          fastv                    | 576 | 576 | 576 | 576 | dropped no visual token of any image
          fastv                    | 576 | 576 | 576 | 300 |
          divprune:tokens=64..fastv | 576 | 64 | 64  | 30  |
          prumerge:k=1             | 576 | 1   | 1   | 1   | left at most one visual token of each image
          first:tokens=1           | 576 | 1   | 1   | 1   |
          first:tokens=576         | 576 | 576 | 576 | 576 |
          first:tokens=600         | 576 | 576 | 576 | 576 |
          none                     | 576 | 576 | 576 | 576 |
          downsample:tokens=575    | 576 | 576 | 576 | 576 |
          prumerge                 | 0   | 0   | 1   | 0   |
          <b>: of another          | 576 | 576 | 576 | 576 | dropped no visual token of any image
          """)
  void saysThatAMethodDidNothing(
      String method, double before, double half, double after, double layerMean, String problem) {
    List<String> caveats =
        DroppedTokens.caveats(List.of(row(method, "pope", before, half, after, layerMean)));
    if (problem == null) {
      assertThat(caveats).isEmpty();
    } else {
      assertThat(caveats)
          .containsExactly(
              method
                  + " of mini "
                  + problem
                  + " on pope/test: see whether the method is what was meant");
    }
  }

  @Test
  void namesAllBenchmarksInOneLine() {
    assertThat(
            DroppedTokens.caveats(
                List.of(
                    row("prumerge", "pope", 9, 9, 9, 9),
                    row("prumerge", "mme", 9, 3, 3, 3),
                    row("prumerge", "gqa", 9, 9, 9, 9))))
        .singleElement()
        .asString()
        .contains("on pope/test, gqa/test:");
  }
}
