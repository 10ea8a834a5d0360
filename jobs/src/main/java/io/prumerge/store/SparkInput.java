package io.prumerge.store;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.Collection;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap$;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;

/** What Spark reads for this project: exactly the named folders, and all of their rows. */
public final class SparkInput {

  /** Characters that Hadoop takes for a pattern of names. */
  private static final String PATTERN = "[\\\\{}\\[\\]*?]";

  /**
   * Where a session's settings let Spark skip what it cannot read, a result would stand for fewer
   * rows without a word.
   */
  private static final Map<String, String> WHOLE =
      Map.of("ignoreCorruptFiles", "false", "ignoreMissingFiles", "false");

  private SparkInput() {}

  /** Returns a reader that fails at a damaged or missing file, whatever the session's settings. */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().options(WHOLE);
  }

  /** Does the same for another reader of files. */
  static DataFrameReader whole(DataFrameReader reader) {
    return reader.options(WHOLE);
  }

  /** Returns whether rows are of files, by a reader that takes options as {@link #whole} has. */
  static boolean areFiles(Dataset<Row> rows) {
    return rows.queryExecution().analyzed() instanceof LogicalRelation leaf
        && leaf.relation() instanceof HadoopFsRelation;
  }

  /**
   * Returns whether rows are those of Parquet files as they are, by Spark's own reader, which finds
   * a column by its name in each file.
   */
  static boolean areParquet(Dataset<Row> rows) {
    return rows.queryExecution().analyzed() instanceof LogicalRelation leaf
        && leaf.relation() instanceof HadoopFsRelation files
        && files.fileFormat().getClass() == ParquetFileFormat.class; // others rename columns
  }

  /** Opens Parquet files. */
  public static Dataset<Row> parquet(
      SparkSession spark, StructType schema, Collection<String> paths) {
    return reader(spark)
        .schema(schema)
        .parquet(paths.stream().map(SparkInput::named).toArray(String[]::new));
  }

  /** Opens a folder's Parquet files. */
  public static Dataset<Row> parquet(SparkSession spark, StructType schema, String path) {
    return reader(spark).schema(schema).parquet(named(path));
  }

  /**
   * Checks that a caller's own rows are read whole too.
   *
   * @param name of the rows, for messages
   * @throws DataException if the session lets Spark skip files of them
   */
  public static void requireWhole(Dataset<Row> rows, String name) {
    Iterator<LogicalPlan> leaves = rows.queryExecution().analyzed().collectLeaves().iterator();
    while (leaves.hasNext()) {
      if (leaves.next() instanceof LogicalRelation leaf
          && leaf.relation() instanceof HadoopFsRelation files) {
        for (String option : WHOLE.keySet()) {
          String setting = "spark.sql.files." + option;
          if (Boolean.parseBoolean(rows.sparkSession().conf().get(setting, "false"))
              && !CaseInsensitiveMap$.MODULE$.apply(files.options()).contains(option)) {
            throw new DataException(
                Text.format(
                    "Cannot use %s: with %s=true Spark leaves out what it cannot read without a"
                        + " word; set it to false, or read the rows with option(\"%s\", ...)",
                    name, setting, option));
          }
        }
      }
    }
  }

  /** Returns the text that a reader takes for this path alone, since it takes texts as patterns. */
  public static String named(String path) {
    return path.replaceAll(PATTERN, "\\\\$0");
  }

  /** Returns whether {@link #named} needs another text for a path than its own. */
  static boolean isPattern(String path) {
    return !named(path).equals(path);
  }
}
