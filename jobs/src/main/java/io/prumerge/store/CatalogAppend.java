package io.prumerge.store;

import io.prumerge.console.Failure;
import io.prumerge.store.TableCommit.Guard;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Appends runs to the tables of a catalog, each once. An append is one commit of the catalog, so a
 * run that a table holds has all its rows.
 *
 * <p>A catalog cannot refuse an append for what it holds. So a lease on each run's folder keeps
 * other drivers out from the look at a table until its rows are appended, and they are counted
 * behind the append: if a driver was suspended between its check of the lease and the catalog's
 * commit, and another one appended the run meanwhile, then the one that comes last says so, and so
 * does every later one.
 */
public final class CatalogAppend {

  /** The tables of a catalog, and the rows for them. */
  public interface Target {

    /** Returns a table's full name. */
    String name(Table table);

    /** Returns the number of rows that a table holds of each of these runs, if it has any. */
    Map<String, Long> held(Table table, List<String> runs);

    /** Returns the number of rows that a table shall hold of each of these runs, if any. */
    Map<String, Long> given(Table table, List<String> runs);

    /** Creates a table if it does not exist, and appends all rows of these runs in one commit. */
    void append(Table table, List<String> runs);
  }

  /** Tables with as many rows of a run in every report about it. */
  private static final Set<Table> OF_RUNS = Set.of(Table.PREDICTIONS, Table.SCORES, Table.RUNS);

  private CatalogAppend() {}

  /**
   * Appends to each table the runs that it does not hold.
   *
   * @param tables in this order
   * @param guard checks the leases on all runs
   * @throws Failure if a table does not hold the appended rows once, or a lease was lost
   */
  public static void run(List<Table> tables, List<String> runs, Target target, Guard guard)
      throws IOException {
    for (Table table : tables) {
      Map<String, Long> held = target.held(table, runs);
      List<String> absent = runs.stream().filter(run -> !held.containsKey(run)).toList();
      if (!absent.isEmpty()) {
        guard.check();
        target.append(table, absent);
      }
      List<String> counted = OF_RUNS.contains(table) ? runs : absent;
      if (!counted.isEmpty()) {
        require(target.given(table, counted), target.held(table, counted), target.name(table));
      }
    }
  }

  private static void require(Map<String, Long> given, Map<String, Long> found, String table) {
    given.forEach(
        (run, rows) -> {
          long there = found.getOrDefault(run, 0L);
          if (there != rows) {
            throw new Failure(
                String.format(
                    Locale.ROOT,
                    "%s holds %,d rows of run %s instead of %,d: another driver has appended it at the same time; delete them (DELETE FROM %s WHERE run_id = '%s') and repeat this command",
                    table,
                    there,
                    run,
                    rows,
                    table,
                    run));
          }
        });
  }
}
