package io.prumerge.store;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import io.prumerge.store.TableCommit.Guard;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tables of many runs in a schema of a catalog such as Iceberg. Each run's rows are appended to
 * each table once: an append is one commit of the catalog, so a {@code run_id} in a table has all
 * its rows.
 */
public final class CatalogTables {

  private static final String RUN_ID = "run_id";

  private final SparkSession spark;
  private final String schema;
  private final List<Table> all;

  private CatalogTables(SparkSession spark, String schema, List<Table> all) {
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
  public static CatalogTables of(SparkSession spark, String schema, List<Table> all) {
    int dot = schema.indexOf('.');
    String catalog = schema.substring(0, Math.max(0, dot)).replace("`", "");
    if (catalog.isEmpty() || dot == schema.length() - 1) {
      throw new UsageException(
          Wording.of(
              "%s '%s' must be a catalog and a schema, like lake.runs", Setting.TABLES, schema));
    }
    String setting = "spark.sql.catalog." + catalog;
    if (spark.conf().getOption(setting).isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s %s: Spark knows no catalog %s; set %s, for Iceberg to org.apache.iceberg.spark.SparkCatalog",
              Setting.TABLES, schema, catalog, setting));
    }
    CatalogTables tables = new CatalogTables(spark, schema, all);
    tables.requireColumns();
    return tables;
  }

  private void requireColumns() {
    for (Table table : all) {
      if (exists(table)) {
        table.columns().requireAll(spark.table(name(table)).schema(), name(table));
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
  public void append(List<String> runs, Function<Table, Dataset<Row>> rows, Guard guard)
      throws IOException {
    CatalogAppend.run(
        all,
        runs,
        new CatalogAppend.Target() {

          @Override
          public String name(Table table) {
            return CatalogTables.this.name(table);
          }

          @Override
          public Map<String, Long> held(Table table, List<String> some) {
            return exists(table) ? counts(of(spark.table(name(table)), some)) : Map.of();
          }

          @Override
          public Map<String, Long> given(Table table, List<String> some) {
            return counts(of(rows.apply(table), some));
          }

          @Override
          public void append(Table table, List<String> some) {
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

  private void append(Table table, Dataset<Row> rows, boolean exists) {
    String name = name(table);
    try {
      if (!exists) {
        rows.writeTo(name).create();
      } else if (!rows.isEmpty()) { // every resume would commit nothing again
        rows.writeTo(name).append();
      }
    } catch (AnalysisException e) { // Spark 4 declares more kinds than Spark 3
      throw new DataException(
          String.format(
              Locale.ROOT,
              "Cannot append to %s, which has changed meanwhile: %s; resume the run",
              name,
              e.getSimpleMessage()),
          e);
    }
  }

  private boolean exists(Table table) {
    return spark.catalog().tableExists(name(table));
  }

  private String name(Table table) {
    return schema + "." + table.folder();
  }
}
