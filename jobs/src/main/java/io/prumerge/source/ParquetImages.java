package io.prumerge.source;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * Reads the images of one column of a Parquet file. Cells in row order need one pass over their row
 * groups, with one row group in memory; going back reads a row group again.
 */
final class ParquetImages implements Closeable {

  private final ParquetFileReader reader;
  private final Path file;
  private final String column;
  private final MessageType schema;
  private final MessageColumnIO columns;
  private final List<BlockMetaData> rowGroups;

  /** First row after the row group of {@link #rows}. */
  private long rowGroupEnd;

  /** Next row of {@link #rows}. */
  private long position;

  private RecordReader<Group> rows;

  private ParquetImages(ParquetFileReader reader, Path file, String column) {
    this.reader = reader;
    this.file = file;
    this.column = column;
    schema = ParquetSchemas.imagesOnly(reader.getFileMetaData().getSchema(), column, file);
    columns = new ColumnIOFactory().getColumnIO(schema);
    rowGroups = reader.getRowGroups();
    reader.setRequestedSchema(schema);
  }

  static ParquetImages open(String file, String column, Configuration hadoop) throws IOException {
    Path path = new Path(file);
    ParquetFileReader reader = ParquetLibrary.open(path, hadoop);
    try {
      return ParquetLibrary.refusing(
          () -> String.format(Locale.ROOT, "%s: cannot read column '%s'", path, column),
          () -> new ParquetImages(reader, path, column));
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  boolean holds(ImagePlace.ParquetCell cell) {
    return new Path(cell.file()).equals(file) && cell.column().equals(column);
  }

  /** Returns the encoded image; empty if the cell or its bytes are null. */
  Optional<byte[]> read(ImagePlace.ParquetCell cell) throws IOException {
    String where =
        String.format(Locale.ROOT, "%s:row %d: '%s'", file.getName(), cell.row(), column);
    return ParquetValue.of(row(cell.row()), column, where)
        .flatMap(value -> value.item(cell.item()))
        .flatMap(image -> ParquetValue.of(image.struct(), ParquetSchemas.BYTES, where))
        .map(ParquetValue::bytes);
  }

  private Group row(long row) throws IOException {
    return ParquetLibrary.refusing(
        () -> String.format(Locale.ROOT, "%s: cannot read row %d", file, row),
        () -> {
          if (rows == null || row < position || row >= rowGroupEnd) {
            open(row);
          }
          Group group = rows.read();
          while (position++ < row) {
            group = rows.read();
          }
          return group;
        });
  }

  /** Moves to the start of the row group of a row. */
  private void open(long row) throws IOException {
    long start = 0;
    for (int i = 0; i < rowGroups.size(); i++) {
      long end = start + rowGroups.get(i).getRowCount();
      if (row < end) {
        rows = columns.getRecordReader(reader.readRowGroup(i), new GroupRecordConverter(schema));
        position = start;
        rowGroupEnd = end;
        return;
      }
      start = end;
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "it has only %d rows; was it replaced?", start));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
