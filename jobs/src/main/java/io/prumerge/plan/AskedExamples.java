package io.prumerge.plan;

import io.prumerge.console.Setting;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where questions come from: folders that {@code prepare} wrote, or rows of any other origin.
 *
 * @param folders as they were given; none where there are rows
 * @param rows of {@link Table#EXAMPLES}, the same ones however often they are read
 */
public record AskedExamples(List<String> folders, Optional<Dataset<Row>> rows) {

  /** What stands in a run's record in place of a folder. */
  private static final String DATA_FRAME = "DataFrame";

  public AskedExamples {
    folders = List.copyOf(folders);
  }

  /** Folders that {@code prepare} wrote. */
  public static AskedExamples in(List<String> folders) {
    return new AskedExamples(folders, Optional.empty());
  }

  /**
   * Rows of any origin.
   *
   * @throws io.prumerge.source.DataException when they lack a column of {@link Table#EXAMPLES}
   */
  public static AskedExamples of(Dataset<Row> rows) {
    return new AskedExamples(List.of(), Optional.of(Table.EXAMPLES.of(rows, "The DataFrame")));
  }

  /** The folders' full paths, for a run's record. */
  List<String> names(Folders known) throws IOException {
    List<String> names = new ArrayList<>();
    for (String folder : folders) {
      names.add(known.present(Setting.EXAMPLES, folder).toString());
    }
    return rows.isPresent() ? List.of(DATA_FRAME) : names;
  }

  /**
   * @param names of {@link #names}
   * @param limit at least so many questions per benchmark, images kept whole
   */
  Plan plan(SparkSession spark, List<String> names, OptionalLong limit) throws IOException {
    return rows.isPresent() ? Plan.of(rows.get(), limit) : Plan.of(spark, names, limit);
  }
}
