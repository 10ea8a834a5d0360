package io.prumerge.estimate;

import java.util.List;

/**
 * The estimate of one stage on one device.
 *
 * @param flops as the mode counts them
 * @param traffic bytes moved
 * @param seconds least time
 * @param memoryBound operators whose traffic takes longer than their arithmetic
 */
public record StageEstimate(long flops, Traffic traffic, double seconds, List<String> memoryBound) {

  public StageEstimate {
    memoryBound = List.copyOf(memoryBound);
  }

  static StageEstimate of(StageWork work, Hardware hardware) {
    return new StageEstimate(
        work.flops(),
        work.pass().traffic(),
        work.pass().seconds(hardware),
        work.pass().memoryBound(hardware));
  }
}
