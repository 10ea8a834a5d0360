package io.prumerge.store;

import io.prumerge.console.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Appends runs to the tables of a catalog, each once. An append is one commit of the catalog, so a
 * run that a table holds has all its rows.
 *
 * <p>A catalog cannot refuse an append for what it holds. So a lease on each run's folder keeps
 * other drivers out from the look at a table until its rows are appended, and they are counted
 * behind the append: if a driver was suspended between its check of the lease and the catalog's
 * commit, and another one appended the run meanwhile, then the one that comes last says so.
 */
final class CatalogAppend {

  /** The tables of a catalog, and the rows for them. */
  interface Target {

    /** Returns a table's full name. */
    String name(Table table);

    /** Returns the number of rows that a table holds of each of these runs, if it has any. */
    Map<String, Long> held(Table table, List<String> runs);

    /** Returns the number of rows that a table shall hold of each of these runs, if any. */
    Map<String, Long> given(Table table, List<String> runs);

    /** Creates a table if it does not exist, and appends all rows of these runs in one commit. */
    void append(Table table, List<String> runs);
  }

  private CatalogAppend() {}

  /**
   * Appends to each table the runs that it does not hold.
   *
   * @param tables in this order
   * @param guard checks the leases on all runs
   * @throws Failure if a table does not hold the appended rows once, or a lease was lost
   */
  static void run(List<Table> tables, List<String> runs, Target target, Guard guard)
      throws IOException {
    for (Table table : tables) {
      Map<String, Long> held = target.held(table, runs);
      List<String> absent = runs.stream().filter(run -> !held.containsKey(run)).toList();
      if (absent.isEmpty()) {
        continue;
      }
      Map<String, Long> given = target.given(table, absent);
      guard.check();
      target.append(table, absent);
      Map<String, Long> found = target.held(table, absent);
      for (String run : absent) {
        require(given.getOrDefault(run, 0L), found.getOrDefault(run, 0L), run, target.name(table));
      }
    }
  }

  private static void require(long given, long found, String run, String table) {
    if (given != found) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "%s holds %,d rows of run %s instead of %,d: another driver has appended it at the same time; delete them (DELETE FROM %s WHERE run_id = '%s') and repeat this command",
              table,
              found,
              run,
              given,
              table,
              run));
    }
  }
}
