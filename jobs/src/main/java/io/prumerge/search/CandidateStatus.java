package io.prumerge.search;

import java.util.Locale;

/** The result for a candidate. */
enum CandidateStatus {
  /** No other one that is left is as accurate for the same cost or less, as measured. */
  FRONT,
  /** Another one is, but this may be chance. */
  OPEN,
  /** Another one is more accurate and costs no more. */
  DROPPED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
