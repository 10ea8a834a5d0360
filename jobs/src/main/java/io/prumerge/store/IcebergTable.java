package io.prumerge.store;

import io.prumerge.lang.Text;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.collection.Iterator;

/**
 * The schemas of an Iceberg table, of which no statement of SQL tells: a column that was dropped
 * and added again is another one of the same name. The session has Iceberg's classes and this
 * program has not, so that they are called by their names.
 */
final class IcebergTable {

  private static final String PACKAGE = "org.apache.iceberg.";
  private static final String OF_SPARK = PACKAGE + "spark.source.SparkTable";

  /** Of Iceberg's class {@code Table}. */
  private final Object table;

  private IcebergTable(Object table) {
    this.table = table;
  }

  /** Returns the first such table among those that rows are read from. */
  static Optional<IcebergTable> of(Dataset<Row> rows) {
    Iterator<LogicalPlan> leaves = rows.queryExecution().analyzed().collectLeaves().iterator();
    while (leaves.hasNext()) {
      if (leaves.next() instanceof DataSourceV2Relation leaf && isIceberg(leaf.table())) {
        return Optional.of(new IcebergTable(call(leaf.table(), OF_SPARK, "table")));
      }
    }
    return Optional.empty();
  }

  private static boolean isIceberg(Table table) {
    return table.getClass().getName().equals(OF_SPARK);
  }

  /** Returns the id of the schema by which the table is read now. */
  String schema() {
    return call(call(table, PACKAGE + "Table", "schema"), PACKAGE + "Schema", "schemaId")
        .toString();
  }

  /**
   * Returns {@link #schema}, but empty if the newest snapshot was written with it: Spark's {@code
   * VERSION AS OF} reads a snapshot by the schema of then. Of a snapshot that does not tell,
   * Iceberg takes the one of now.
   */
  String changedSchema() {
    Object snapshot = call(table, PACKAGE + "Table", "currentSnapshot");
    Object then = snapshot == null ? null : call(snapshot, PACKAGE + "Snapshot", "schemaId");
    String now = schema();
    return then == null || then.toString().equals(now) ? "" : now;
  }

  private static Object call(Object on, String type, String method) {
    try {
      return Class.forName(type, false, on.getClass().getClassLoader())
          .getMethod(method)
          .invoke(on);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          Text.format(
              "This version of Iceberg does not tell the schema of its tables (%s of %s)",
              method, type),
          e);
    }
  }
}
