package io.prumerge.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Small Parquet files like those of pyarrow for the Hugging Face hub. */
public final class ParquetFixture implements AutoCloseable {

  private final MessageType schema;
  private final ParquetWriter<Group> writer;

  private ParquetFixture(Path file, long rowGroupBytes, CompressionCodecName codec, String fields)
      throws IOException {
    schema = MessageTypeParser.parseMessageType("message schema { " + fields + " }");
    writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .withRowGroupSize(rowGroupBytes)
            .withCompressionCodec(codec)
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(1)
            .withPageSize(64)
            .build();
  }

  /**
   * Creates a file with one row group.
   *
   * @param fields in Parquet's schema language
   */
  public static ParquetFixture file(Path file, String fields) throws IOException {
    return new ParquetFixture(file, 1 << 20, CompressionCodecName.UNCOMPRESSED, fields);
  }

  /** Creates a compressed file, like published data sets. */
  public static ParquetFixture compressed(Path file, String fields) throws IOException {
    return new ParquetFixture(file, 1 << 20, CompressionCodecName.SNAPPY, fields);
  }

  /** Creates a file with row groups of one or a few rows. */
  public static ParquetFixture smallGroups(Path file, String fields) throws IOException {
    return new ParquetFixture(file, 64, CompressionCodecName.UNCOMPRESSED, fields);
  }

  /** Creates a file with one row group, which may have hundreds of megabytes, of many pages. */
  public static ParquetFixture largeGroup(Path file, String fields) throws IOException {
    return new ParquetFixture(file, 1 << 28, CompressionCodecName.SNAPPY, fields);
  }

  /** Returns an optional column of encoded images. */
  public static String image(String name) {
    return "optional group %s { optional binary bytes; optional binary path (STRING); } "
        .formatted(name);
  }

  /** Returns an optional column of lists with pyarrow's nesting. */
  public static String list(String name, String element) {
    return "optional group %s (LIST) { repeated group list { %s } } ".formatted(name, element);
  }

  /** Appends a row. */
  public ParquetFixture row(Consumer<Group> fill) {
    Group row = new SimpleGroup(schema);
    fill.accept(row);
    try {
      writer.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Sets an image; its path stays null, as in most data sets. */
  public static void image(Group row, String column, byte[] bytes) {
    row.addGroup(column).add("bytes", Binary.fromConstantByteArray(bytes));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  /** Writes another footer after the rows of a file. */
  public static void change(Path file, Consumer<FileMetaData> footer) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    FileMetaData read = Util.readFileMetaData(new ByteArrayInputStream(footer(bytes)));
    footer.accept(read);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Util.writeFileMetaData(read, written);
    write(file, bytes, written.toByteArray());
  }

  /**
   * Gives all columns of UUIDs a type that is younger than the library, which cannot write one:
   * Parquet's number of FLOAT16.
   */
  public static void makeUnknown(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] footer = footer(bytes);
    for (int i = 0; i + 2 < footer.length; i++) {
      if ((footer[i] & 0xFF) == 0xEC && footer[i + 1] == 0 && footer[i + 2] == 0) { // field 14
        footer[i] = (byte) 0xFC; // field 15
      }
    }
    write(file, bytes, footer);
  }

  private static byte[] footer(byte[] file) {
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    return Arrays.copyOfRange(file, file.length - 8 - length, file.length - 8);
  }

  private static void write(Path file, byte[] former, byte[] footer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(former, 0, former.length - 8 - footer(former).length);
    out.write(footer);
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array());
    out.write(former, former.length - 4, 4);
    Files.write(file, out.toByteArray());
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }
}
