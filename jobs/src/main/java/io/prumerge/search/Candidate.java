package io.prumerge.search;

import java.util.Locale;
import java.util.Optional;

/**
 * How a search ended for one candidate.
 *
 * @param rung the last one that it was in
 * @param point as measured there
 * @param better the comparison by which it was dropped; absent if it is left
 */
record Candidate(Status status, int rung, Point point, Optional<Gap> better) {

  /** What became of a candidate. */
  enum Status {
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
}
