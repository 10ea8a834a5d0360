package io.prumerge.plan;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The examples of a run: folders that {@code prepare} wrote, or rows of any other origin.
 *
 * @param folders folders as given; empty if there are rows
 * @param rows rows of {@link Table#EXAMPLES}, which must be the same at every read
 */
public record AskedExamples(List<String> folders, Optional<Dataset<Row>> rows) {

  /** Stands in a run's record in place of a folder. */
  private static final String DATA_FRAME = "DataFrame";

  public AskedExamples {
    folders = List.copyOf(folders);
  }

  /** Creates examples from folders that {@code prepare} wrote. */
  public static AskedExamples in(List<String> folders) {
    return new AskedExamples(folders, Optional.empty());
  }

  /**
   * Creates examples from rows of any origin.
   *
   * @throws io.prumerge.source.DataException if they lack a column of {@link Table#EXAMPLES}
   */
  public static AskedExamples of(Dataset<Row> rows) {
    return new AskedExamples(List.of(), Optional.of(Table.EXAMPLES.select(rows, "The DataFrame")));
  }

  /** Returns the folders' full paths, for a run's record. All must exist. */
  List<String> names(Folders known) throws IOException {
    requirePresent(known);
    return paths(known);
  }

  /** Checks that all folders exist. */
  public void requirePresent(Folders known) throws IOException {
    for (String folder : folders) {
      known.present(Setting.EXAMPLES, folder);
    }
  }

  /**
   * Reads the footers of the tables again, after a job could not read one: Spark's error of that
   * names no file.
   *
   * @throws io.prumerge.source.DataException naming the file that is damaged, if one is
   */
  public void nameDamaged(SparkSession spark, Folders known) {
    if (rows.isEmpty()) {
      Table.EXAMPLES.read(spark, paths(known));
    }
  }

  /** Returns the folders' full paths, whether they exist or not. */
  List<String> paths(Folders known) {
    return rows.isPresent()
        ? List.of(DATA_FRAME)
        : folders.stream()
            .map(folder -> known.qualified(Setting.EXAMPLES, folder).toString())
            .toList();
  }

  /**
   * Returns the questions of a run's examples, for scoring.
   *
   * @param known finds the folders
   * @param named the run's, as of {@link #names}; they are read if these examples are none
   * @throws UsageException if there are none, and the run's came from a DataFrame
   */
  public Dataset<Row> references(SparkSession spark, Folders known, List<String> named)
      throws IOException {
    if (rows.isPresent()) {
      return Plan.references(rows.get());
    }
    if (folders.isEmpty() && named.contains(DATA_FRAME)) {
      throw new UsageException(
          Wording.of(
              "Cannot score an unfinished run whose examples came from a DataFrame; name them with"
                  + " %s",
              Setting.EXAMPLES));
    }
    return Plan.references(Table.EXAMPLES.read(spark, folders.isEmpty() ? named : names(known)));
  }

  /**
   * Plans what is asked of all these examples.
   *
   * @param known finds the folders
   */
  public Plan plan(SparkSession spark, Folders known) throws IOException {
    return plan(spark, names(known), OptionalLong.empty());
  }

  /**
   * Plans a run over these examples.
   *
   * @param names the result of {@link #names}
   * @param limit questions per benchmark, or slightly more: an image keeps all its questions
   */
  Plan plan(SparkSession spark, List<String> names, OptionalLong limit) throws IOException {
    return rows.isPresent() ? Plan.of(rows.get(), limit) : Plan.of(spark, names, limit);
  }
}
