package io.prumerge.model.decoder;

/**
 * Rows of a group that share a cache in the layers now: {@code [prefix][question][question]...}.
 *
 * @param rows the rows
 * @param start their first row among the group's
 * @param prefix number of rows of the prefix; 0 where an earlier pack had them
 * @param first their first question
 * @param end the question after their last
 * @param evidence evidence about their visual tokens since the last cut
 */
public record PackBlock(
    Rows rows, int start, int prefix, int first, int end, CollectedEvidence evidence) {

  public PackBlock(Rows rows, int start, int prefix, int first, int end) {
    this(rows, start, prefix, first, end, new CollectedEvidence());
  }

  /** Returns the first row of a question among the group's rows. */
  public int question(CutPack pack, int question) {
    int row = start + prefix;
    for (int q = first; q < question; q++) {
      row += pack.rows(q);
    }
    return row;
  }
}
