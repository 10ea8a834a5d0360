package io.prumerge.store;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;

/**
 * What the footers of a written table's files say of its rows. A footer is the last that a writer
 * writes of a file; reading it takes no Spark job.
 */
public final class ParquetFooters {

  /** What the names of files with rows end with. */
  public static final String SUFFIX = ".parquet";

  /**
   * A part of a file's rows.
   *
   * @param columns by name; only those that are asked for
   */
  private record Part(long rows, Map<String, ColumnChunkMetaData> columns) {}

  private final Path table;
  private final List<Part> parts;

  private ParquetFooters(Path table, List<Part> parts) {
    this.table = table;
    this.parts = parts;
  }

  /**
   * Reads the footers of a folder's Parquet files.
   *
   * @param columns columns to look at
   */
  public static ParquetFooters of(Path table, FileSystem fs, String... columns) throws IOException {
    FileStatus[] files = fs.listStatus(table, path -> path.getName().endsWith(SUFFIX));
    Set<String> asked = Set.of(columns);
    try {
      return new ParquetFooters(
          table,
          Arrays.stream(files)
              .parallel()
              .flatMap(file -> parts(file, fs.getConf(), asked).stream())
              .toList());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<Part> parts(FileStatus file, Configuration hadoop, Set<String> asked) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
      return reader.getFooter().getBlocks().stream().map(block -> part(block, asked)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Part part(BlockMetaData block, Set<String> asked) {
    return new Part(
        block.getRowCount(),
        block.getColumns().stream()
            .filter(column -> asked.contains(column.getPath().toDotString()))
            .collect(Collectors.toMap(column -> column.getPath().toDotString(), one -> one)));
  }

  /** Returns the number of rows. */
  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  /**
   * Returns the number of rows in which a column of single values is not null.
   *
   * @throws IllegalStateException if a file says nothing of it
   */
  public long values(String column) {
    return parts.stream().mapToLong(part -> values(part, column)).sum();
  }

  /**
   * Returns the least and the greatest values of a column of short texts in each part of a file:
   * none if it has no value, one if all of its values are equal.
   *
   * @throws IllegalStateException if a file says nothing of it
   */
  public SortedSet<String> bounds(String column) {
    SortedSet<String> bounds = new TreeSet<>();
    for (Part part : parts) {
      if (values(part, column) > 0) {
        Statistics<?> values = part.columns().get(column).getStatistics();
        if (!values.hasNonNullValue()) {
          throw silent(column);
        }
        bounds.add(((Binary) values.genericGetMin()).toStringUsingUTF8());
        bounds.add(((Binary) values.genericGetMax()).toStringUsingUTF8());
      }
    }
    return bounds;
  }

  private long values(Part part, String column) {
    ColumnChunkMetaData values = part.columns().get(column);
    if (values == null
        || values.getStatistics() == null
        || !values.getStatistics().isNumNullsSet()) {
      throw silent(column);
    }
    return values.getValueCount() - values.getStatistics().getNumNulls();
  }

  private IllegalStateException silent(String column) {
    return new IllegalStateException(
        Text.format(
            "Cannot count the rows of %s: its files have no statistics of their column %s; unset"
                + " what turns them off, such as parquet.column.statistics.enabled",
            table, column));
  }
}
