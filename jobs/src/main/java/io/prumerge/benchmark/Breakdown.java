package io.prumerge.benchmark;

/** Whether a metric is given by group, over all, or both. */
public enum Breakdown {
  OVERALL,
  GROUPS,
  BOTH
}
