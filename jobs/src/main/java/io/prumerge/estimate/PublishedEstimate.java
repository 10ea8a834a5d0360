package io.prumerge.estimate;

/**
 * Figures of a paper, as it prints them.
 *
 * @param teraFlops 1e12 FLOPs
 * @param trafficGb 1e9 bytes
 * @param activationsGb 1e9 bytes stored
 * @param remark known errors of the figures
 */
record PublishedEstimate(
    String source,
    double teraFlops,
    double prefillMs,
    double trafficGb,
    double activationsGb,
    String remark) {

  static PublishedEstimate of(PublishedRow row, String source) {
    return new PublishedEstimate(
        source,
        row.teraFlops(),
        row.prefillMs(),
        row.trafficGb(),
        row.activationsGb(),
        row.remark());
  }
}
