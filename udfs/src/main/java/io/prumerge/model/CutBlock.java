package io.prumerge.model;

import io.prumerge.reduction.Evidence;
import java.util.HashMap;
import java.util.Map;

/**
 * Rows of a group that share a cache in the layers now: {@code [prefix][question][question]...}.
 *
 * @param rows the rows
 * @param start their first row among the group's
 * @param prefix number of rows of the prefix; 0 where an earlier pack had them
 * @param first their first question
 * @param end the question after their last
 * @param evidence what was seen of their visual tokens since the last cut
 */
record CutBlock(
    Rows rows, int start, int prefix, int first, int end, Map<Evidence, float[]> evidence) {

  CutBlock(Rows rows, int start, int prefix, int first, int end) {
    this(rows, start, prefix, first, end, new HashMap<>());
  }

  /** The first row of a question among the group's rows. */
  int question(CutPack pack, int question) {
    int row = start + prefix;
    for (int q = first; q < question; q++) {
      row += pack.rows(q);
    }
    return row;
  }
}
