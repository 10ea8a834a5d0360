package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Records;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    return Records.of(
        EfficiencyRow.class, values(method, benchmark, before, half, after, layerMean));
  }

  private static Map<String, Object> values(
      String method, String benchmark, double before, double half, double after, double layerMean) {
    return Map.ofEntries(
        Map.entry("run_id", "run"),
        Map.entry("model", "mini"),
        Map.entry("method", method),
        Map.entry("benchmark", benchmark),
        Map.entry("split", "test"),
        Map.entry("visual_tokens_before_mean", before),
        Map.entry("visual_tokens_after_p50", half),
        Map.entry("visual_tokens_after_mean", after),
        Map.entry("visual_tokens_after_max", (int) Math.ceil(Math.max(half, after))),
        Map.entry("visual_tokens_layer_mean", layerMean),
        Map.entry("reduction_ratio", before / after));
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
    List<String> caveats = caveats(row(method, "pope", before, half, after, layerMean));
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
            caveats(
                row("prumerge", "pope", 9, 9, 9, 9),
                row("prumerge", "mme", 9, 3, 3, 3),
                row("prumerge", "gqa", 9, 9, 9, 9)))
        .singleElement()
        .asString()
        .contains("on pope/test, gqa/test:");
  }

  /** Two protocols are two runs of one model. */
  @Test
  void namesTheProtocolOfVideos() {
    List<EfficiencyRow> rows = new ArrayList<>();
    for (String protocol : List.of("lmms-eval:8", "qwen2:2fps")) {
      Map<String, Object> values = new HashMap<>(values("frames=2", "vid", 9, 9, 9, 9));
      values.put("run_id", protocol);
      values.put("protocol", protocol);
      rows.add(Records.of(EfficiencyRow.class, values));
    }

    assertThat(caveats(rows.toArray(EfficiencyRow[]::new)))
        .containsExactly(
            "frames=2 of mini (lmms-eval:8) dropped no visual token of any video on vid/test: see"
                + " whether the method is what was meant",
            "frames=2 of mini (qwen2:2fps) dropped no visual token of any video on vid/test: see"
                + " whether the method is what was meant");
  }

  private static List<String> caveats(EfficiencyRow... rows) {
    Map<String, String> protocols = new HashMap<>();
    for (EfficiencyRow row : rows) {
      row.protocol().ifPresent(protocol -> protocols.put(row.runId(), protocol));
    }
    return DroppedTokens.caveats(
        List.of(rows),
        new MethodNames(Stream.of(rows).map(MethodKey::of).toList(), Map.of(), protocols));
  }
}
