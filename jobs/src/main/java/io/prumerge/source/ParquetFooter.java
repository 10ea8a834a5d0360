package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * What the end of a Parquet file says of its columns and rows.
 *
 * @param metadata columns of an unknown type have only the type of their bytes here
 * @param unknown the columns with a type that is younger than the library, such as FLOAT16, for
 *     which the library itself refuses the whole file
 */
public record ParquetFooter(ParquetMetadata metadata, Set<String> unknown) {

  /** The footer's length, then the bytes that every file ends with. */
  private static final int TAIL = 8;

  /** Longer ones are taken for damage. */
  private static final int MOST_BYTES = 1 << 30;

  public ParquetFooter {
    unknown = Collections.unmodifiableSet(new TreeSet<>(unknown));
  }

  /**
   * Reads a file's end.
   *
   * @throws IOException or any {@link RuntimeException} if it is damaged, or no Parquet
   */
  public static ParquetFooter read(Path file, Configuration hadoop) throws IOException {
    InputFile input = HadoopInputFile.fromPath(file, hadoop);
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      return new ParquetFooter(reader.getFooter(), Set.of());
    } catch (NullPointerException e) { // an unknown type, or damage
      FileMetaData found = parsed(input);
      Set<String> unknown = withoutUnknown(found.getSchema());
      if (unknown.isEmpty()) {
        throw e;
      }
      return new ParquetFooter(new ParquetMetadataConverter().fromParquetMetadata(found), unknown);
    }
  }

  /** Returns what a user can do about the first of some columns whose codec is absent, if any. */
  public static Optional<String> absentCodec(
      BlockMetaData rowGroup, MessageType columns, Configuration hadoop) {
    for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
      String codec = chunk.getCodec().getHadoopCompressionCodecClassName();
      if (columns.containsPath(chunk.getPath().toArray())
          && codec != null
          && hadoop.getClassByNameOrNull(codec) == null) {
        return Optional.of(
            Text.format(
                "its column %s is compressed with %s, and there is no class %s here; write the file"
                    + " again with zstd or snappy, or add that class to Spark's",
                chunk.getPath().toDotString(), chunk.getCodec(), codec));
      }
    }
    return Optional.empty();
  }

  private static FileMetaData parsed(InputFile input) throws IOException {
    try (SeekableInputStream in = input.newStream()) {
      long end = input.getLength() - TAIL;
      in.seek(end);
      byte[] tail = new byte[TAIL];
      in.readFully(tail);
      int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (length < 0 || length > Math.min(end, MOST_BYTES)) {
        throw new EOFException("its end has a length of " + length + " bytes");
      }
      in.seek(end - length);
      byte[] footer = new byte[length];
      in.readFully(footer);
      return Util.readFileMetaData(new ByteArrayInputStream(footer));
    }
  }

  /**
   * Returns the columns of pyarrow's type of nulls, which the library shows as integers: pandas
   * writes so a column that has no value.
   */
  static Set<String> ofNulls(Path file, Configuration hadoop) throws IOException {
    return parsed(HadoopInputFile.fromPath(file, hadoop)).getSchema().stream()
        .filter(element -> element.isSetLogicalType() && element.getLogicalType().isSetUNKNOWN())
        .map(SchemaElement::getName)
        .collect(Collectors.toSet());
  }

  /** Drops the unknown types, and returns the columns that have them. */
  private static Set<String> withoutUnknown(List<SchemaElement> depthFirst) {
    Set<String> unknown = new TreeSet<>();
    String column = "";
    int below = 0; // elements of this column that are still to come
    for (SchemaElement element : depthFirst.subList(1, depthFirst.size())) {
      if (below == 0) {
        column = element.getName();
        below = 1;
      }
      below += element.getNum_children() - 1;
      if (element.isSetLogicalType() && element.getLogicalType().getSetField() == null) {
        element.unsetLogicalType();
        unknown.add(column);
      }
    }
    return unknown;
  }
}
