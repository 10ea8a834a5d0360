package io.prumerge.estimate;

/**
 * Figures as printed in a paper, in its units. They are never computed here.
 *
 * @param shape the model
 * @param tokens visual and text tokens that reproduce the row
 * @param precision that reproduces the row
 * @param teraFlops 1e12 FLOPs
 * @param prefillMs milliseconds
 * @param trafficGb 1e9 bytes moved
 * @param activationsGb 1e9 bytes of activations written
 * @param remark known errors of the row; empty if none
 */
record PublishedRow(
    String shape,
    int tokens,
    String precision,
    double teraFlops,
    double prefillMs,
    double trafficGb,
    double activationsGb,
    String remark) {

  public PublishedRow {
    remark = remark == null ? "" : remark;
  }
}
