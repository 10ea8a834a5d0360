package io.prumerge.report.page;

import java.util.List;

/**
 * Which charts have a figure to show; there is no place for others.
 *
 * @param overTokens figures over visual tokens
 * @param overFlops figures over FLOPs
 * @param tokens distribution of the visual tokens
 * @param shared methods that have no box of tokens of their own, in words
 * @param millis measured time by stage
 * @param flops counted work by stage
 */
record DrawnCharts(
    boolean overTokens,
    boolean overFlops,
    boolean tokens,
    List<String> shared,
    boolean millis,
    boolean flops) {

  static DrawnCharts of(ChartData data) {
    return new DrawnCharts(
        data.anyOverTokens(),
        data.anyOverFlops(),
        data.anyTokens(),
        data.sharedTokens(),
        data.millis().isDrawn(),
        data.gigaFlops().isDrawn());
  }

  boolean anyTradeOff() {
    return overTokens || overFlops;
  }

  boolean anyStages() {
    return millis || flops;
  }
}
