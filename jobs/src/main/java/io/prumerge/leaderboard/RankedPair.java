package io.prumerge.leaderboard;

import io.prumerge.metric.Comparison;
import io.prumerge.store.Table;

/**
 * Two lines of one table of the leaderboard.
 *
 * @param a a line's name
 * @param b the line that it is compared with
 * @param comparison of their retentions, corrected over all pairs of the table
 */
public record RankedPair(
    String runId, String model, String budget, String a, String b, Comparison comparison) {

  /**
   * One row per table of the leaderboard and pair of its lines. Differences are of their
   * retentions, and tests are corrected over all pairs of the table.
   */
  public static final Table<RankedPair> TABLE = Table.of("leaderboard_pairs", RankedPair.class);
}
