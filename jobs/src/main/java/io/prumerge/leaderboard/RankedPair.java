package io.prumerge.leaderboard;

import io.prumerge.metric.Comparison;
import io.prumerge.store.Table;

/**
 * Two lines of one table of the leaderboard.
 *
 * @param budget the table
 * @param a a line's name; {@code b} is the one that it is compared with
 * @param comparison of their retentions, corrected over all pairs of the table
 */
public record RankedPair(
    String runId, String model, String budget, String a, String b, Comparison comparison) {

  /** One row per run, budget and pair of lines of the leaderboard. */
  public static final Table<RankedPair> TABLE = Table.of("leaderboard_pairs", RankedPair.class);
}
