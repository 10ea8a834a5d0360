package io.prumerge.report.page;

/**
 * Which charts have a figure to show; there is no place for others.
 *
 * @param overTokens figures over visual tokens
 * @param overFlops figures over FLOPs
 * @param tokens distribution of the visual tokens
 * @param millis measured time by stage
 * @param flops counted work by stage
 */
record DrawnCharts(
    boolean overTokens, boolean overFlops, boolean tokens, boolean millis, boolean flops) {

  static DrawnCharts of(ChartData data) {
    return new DrawnCharts(
        data.anyOverTokens(),
        data.anyOverFlops(),
        data.anyTokens(),
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
