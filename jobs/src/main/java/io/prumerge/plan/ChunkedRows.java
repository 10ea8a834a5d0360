package io.prumerge.plan;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The planned rows in chunks: each of whole files if there are enough, otherwise of rows of every
 * file. Every attempt gets the same rows as long as the plan's {@link Plan#contents} and {@link
 * Plan#files} stay the same.
 *
 * @param rows of {@link Table#EXAMPLES}
 * @param files number of their files
 * @param limited whether the rows are only the first images of each benchmark
 */
public record ChunkedRows(Dataset<Row> rows, int files, boolean limited, PlannedChunks chunks) {

  /** The column with the number of a row's chunk. */
  public static final String CHUNK = "chunk";

  /**
   * With at least this many files per chunk, a chunk consists of whole files and reads no others.
   */
  static final int FILES_PER_CHUNK = 16;

  /** Returns the rows of a chunk. */
  public Dataset<Row> chunk(int chunk) {
    return rows.where(number().equalTo(chunk));
  }

  /** Returns all rows with their {@link #CHUNK}. */
  public Dataset<Row> numbered() {
    return rows.withColumn(CHUNK, number().cast(DataTypes.IntegerType));
  }

  /** Returns the mean number of files per chunk; 0 if chunks do not consist of whole files. */
  public int filesPerChunk() {
    return limited || !byFile() ? 0 : files / chunks.count();
  }

  private boolean byFile() {
    return files >= (long) chunks.count() * FILES_PER_CHUNK;
  }

  private Column number() {
    String columns = byFile() ? ExampleFiles.COLUMN : chunks.columns();
    return expr(Text.format("pmod(xxhash64(%s), %d)", columns, chunks.count()));
  }
}
