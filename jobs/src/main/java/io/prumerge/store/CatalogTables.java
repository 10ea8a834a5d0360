package io.prumerge.store;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Tables of many runs in a schema of a catalog such as Iceberg. Each run's rows are appended to
 * each table once: an append is one commit of the catalog, so a {@code run_id} in a table has all
 * its rows.
 */
public final class CatalogTables {

  private static final String RUN_ID = "run_id";

  private final SparkSession spark;
  private final String schema;
  private final List<Table<?>> all;

  private CatalogTables(SparkSession spark, String schema, List<Table<?>> all) {
    this.spark = spark;
    this.schema = schema;
    this.all = List.copyOf(all);
  }

  /**
   * Opens the tables of a schema. They need not exist yet.
   *
   * @param schema schema with its catalog, as in SQL: {@code lake.runs}
   * @param all the tables, in the order in which they are appended to
   * @throws UsageException if no such catalog is configured
   * @throws DataException if an existing table has other columns
   */
  public static CatalogTables of(SparkSession spark, String schema, List<Table<?>> all) {
    String catalog = catalog(schema);
    String setting = "spark.sql.catalog." + catalog;
    if (spark.conf().getOption(setting).isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s %s: Spark knows no catalog %s; set %s, for Iceberg to"
                  + " org.apache.iceberg.spark.SparkCatalog",
              Setting.TABLES, schema, catalog, setting));
    }
    CatalogTables tables = new CatalogTables(spark, schema, all);
    tables.requireColumns();
    return tables;
  }

  /**
   * Returns the catalog of a schema.
   *
   * @throws UsageException if it names none
   */
  public static String catalog(String schema) {
    int dot = schema.indexOf('.');
    String catalog = schema.substring(0, Math.max(0, dot)).replace("`", "");
    if (catalog.isEmpty() || dot == schema.length() - 1) {
      throw new UsageException(
          Wording.of(
              "%s '%s' must be a catalog and a schema, like lake.runs", Setting.TABLES, schema));
    }
    return catalog;
  }

  private void requireColumns() {
    for (Table<?> table : all) {
      if (exists(table)) {
        lacking(table);
      }
    }
  }

  /**
   * Appends the rows of runs to every table that does not hold the run yet. Creates missing tables.
   *
   * @param runs their {@code run_id}
   * @param rows reads the rows of a table back
   * @param guard checks the leases on the runs' folders, which the caller holds
   * @throws io.prumerge.console.Failure if a table does not hold the appended rows once
   */
  public void append(List<String> runs, Function<Table<?>, Dataset<Row>> rows, CommitGuard guard)
      throws IOException {
    CatalogAppend.run(
        all,
        runs,
        new CatalogAppend.Target() {

          @Override
          public String name(Table<?> table) {
            return CatalogTables.this.name(table);
          }

          @Override
          public Map<String, Long> held(Table<?> table, List<String> some) {
            return exists(table) ? counts(of(table(table), some)) : Map.of();
          }

          @Override
          public Map<String, Long> given(Table<?> table, List<String> some) {
            return counts(of(rows.apply(table), some));
          }

          @Override
          public void append(Table<?> table, List<String> some) {
            CatalogTables.this.append(table, of(rows.apply(table), some), exists(table));
          }
        },
        guard);
  }

  private static Dataset<Row> of(Dataset<Row> rows, List<String> runs) {
    return rows.where(col(RUN_ID).isin(runs.toArray()));
  }

  private static Map<String, Long> counts(Dataset<Row> rows) {
    return rows.groupBy(RUN_ID).count().collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
  }

  private List<StructField> lacking(Table<?> table) {
    return table.lacking(table(table).schema(), name(table));
  }

  /** Adds the columns that a table of an earlier version lacks; its rows have no value there. */
  private void addColumns(Table<?> table) {
    List<StructField> columns = lacking(table);
    if (!columns.isEmpty()) {
      spark.sql(
          Text.format(
              "ALTER TABLE %s ADD COLUMNS (%s)",
              name(table),
              columns.stream()
                  .map(column -> column.name() + " " + column.dataType().sql())
                  .collect(Collectors.joining(", "))));
    }
  }

  private void append(Table<?> table, Dataset<Row> rows, boolean exists) {
    String name = name(table);
    try {
      if (!exists) {
        rows.writeTo(name).create();
      } else if (!rows.isEmpty()) { // every resume would commit nothing again
        addColumns(table);
        rows.writeTo(name).append();
      }
    } catch (AnalysisException e) { // Spark 4 declares more kinds than Spark 3
      throw new DataException(
          Text.format(
              "Cannot append to %s, which has changed meanwhile: %s; resume the run",
              name, e.getSimpleMessage()),
          e);
    }
  }

  private Dataset<Row> table(Table<?> table) {
    return SparkInput.reader(spark).table(name(table));
  }

  private boolean exists(Table<?> table) {
    return spark.catalog().tableExists(name(table));
  }

  private String name(Table<?> table) {
    return schema + "." + table.folder();
  }

  /**
   * Appends runs to the tables of a catalog, each once. An append is one commit of the catalog, so
   * a run that a table holds has all its rows.
   *
   * <p>A catalog cannot refuse an append for what it holds. So a lease on each run's folder keeps
   * other drivers out from the look at a table until its rows are appended, and they are counted
   * after the append: if a driver was suspended between its check of the lease and the catalog's
   * commit, and another one appended the run meanwhile, then the one that comes last says so, and
   * so does every later one.
   */
  public static final class CatalogAppend {

    /** The tables of a catalog, and the rows for them. */
    public interface Target {

      /** Returns a table's full name. */
      String name(Table<?> table);

      /** Returns the number of rows that a table holds of each of these runs, if it has any. */
      Map<String, Long> held(Table<?> table, List<String> runs);

      /** Returns the number of rows that a table shall hold of each of these runs, if any. */
      Map<String, Long> given(Table<?> table, List<String> runs);

      /** Creates a table if it does not exist, and appends all rows of these runs in one commit. */
      void append(Table<?> table, List<String> runs);
    }

    /** Tables with as many rows of a run in every report about it. */
    private static final Set<Table<?>> OF_RUNS =
        Set.of(Table.PREDICTIONS, Table.SCORES, Table.RUNS);

    private CatalogAppend() {}

    /**
     * Appends to each table the runs that it does not hold.
     *
     * @param tables in this order
     * @param guard checks the leases on all runs
     * @throws Failure if a table does not hold the appended rows once, or a lease was lost
     */
    public static void run(
        List<Table<?>> tables, List<String> runs, Target target, CommitGuard guard)
        throws IOException {
      for (Table<?> table : tables) {
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
                  Text.format(
                      "%s holds %,d rows of run %s instead of %,d: another driver has appended it"
                          + " at the same time; delete them (DELETE FROM %s WHERE run_id = '%s')"
                          + " and repeat this command",
                      table, there, run, rows, table, run));
            }
          });
    }
  }
}
