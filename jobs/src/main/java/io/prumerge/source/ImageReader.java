package io.prumerge.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prumerge.lang.Text;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * Reads encoded images from their places. Runs on executors; one reader reads the images of one
 * task in the order of their places.
 */
public final class ImageReader implements Closeable {

  private final ImageFolder folder;
  private final int most;
  private final Configuration hadoop;
  private Optional<ParquetImages> parquet = Optional.empty();
  private Optional<PackedCells> packed = Optional.empty();

  /**
   * @param folder the folder that image names are relative to
   * @param most largest number of bytes returned; a longer image is cut
   */
  public ImageReader(ImageFolder folder, int most, Configuration hadoop) {
    this.folder = folder;
    this.most = most;
    this.hadoop = hadoop;
  }

  /**
   * Returns the encoded image; empty if it is missing or empty. Invalid base64 is returned
   * unchanged.
   *
   * @throws IOException if the file system fails
   * @throws DataException if a Parquet file cannot be read, or a link leads out of the folder
   */
  public Optional<byte[]> read(ImagePlace place) throws IOException {
    return beginning(place, most);
  }

  /**
   * Returns the beginning of an encoded image, as {@link #read}.
   *
   * @param bytes number of bytes; fewer are returned only if the image has fewer
   */
  public Optional<byte[]> beginning(ImagePlace place, int bytes) throws IOException {
    return place
        .encoded(this, bytes)
        .filter(image -> image.length > 0)
        .map(image -> image.length > bytes ? Arrays.copyOf(image, bytes) : image);
  }

  /** Refuses the place of several images. */
  Optional<byte[]> oneByOne(ImagePlace place) {
    throw new IllegalArgumentException("Read one image after the other of " + place.id());
  }

  /** Reads a file below the image folder. */
  Optional<byte[]> file(String name, int bytes) throws IOException {
    for (Path file : folder.files(name, hadoop)) {
      Optional<byte[]> image = file(file, bytes);
      if (image.isPresent()) {
        return image;
      }
    }
    return Optional.empty();
  }

  /** Reads a base64 text inside a file. */
  Optional<byte[]> range(ImagePlace.Base64Range range, int bytes) throws IOException {
    byte[] text =
        range.isPacked()
            ? packed(range).text(range, bytes)
            : Base64Images.text(range, bytes, hadoop);
    return Optional.of(
        text.length < range.length()
            ? Base64Images.decodedBeginning(text)
            : Base64Images.decoded(text));
  }

  /** Decodes a base64 text. */
  Optional<byte[]> text(String base64) {
    return Optional.of(Base64Images.decoded(base64.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Reads a cell of a Parquet file. */
  Optional<byte[]> cell(ImagePlace.ParquetCell cell) throws IOException {
    return parquet(cell).read(cell);
  }

  private Optional<byte[]> file(Path file, int bytes) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file)) {
      return Optional.of(in.readNBytes(bytes));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private ParquetImages parquet(ImagePlace.ParquetCell cell) throws IOException {
    if (parquet.isEmpty() || !parquet.get().holds(cell)) {
      close();
      parquet = Optional.of(ParquetImages.open(cell.file(), cell.column(), hadoop));
    }
    return parquet.get();
  }

  private PackedCells packed(ImagePlace.Base64Range range) throws IOException {
    if (packed.isEmpty() || !packed.get().isBefore(range)) {
      close();
      packed = Optional.of(PackedCells.open(range.file(), hadoop));
    }
    return packed.get();
  }

  @Override
  public void close() throws IOException {
    if (parquet.isPresent()) {
      parquet.get().close();
      parquet = Optional.empty();
    }
    if (packed.isPresent()) {
      packed.get().close();
      packed = Optional.empty();
    }
  }

  /** Reads cells of a compressed file. Cells in their order need one pass over its bytes. */
  private static final class PackedCells implements Closeable {

    private final String file;
    private final InputStream unpacked;
    private long position;

    private PackedCells(String file, InputStream unpacked) {
      this.file = file;
      this.unpacked = unpacked;
    }

    static PackedCells open(String file, Configuration hadoop) throws IOException {
      return new PackedCells(file, PackedFile.bytes(new Path(file), hadoop));
    }

    boolean isBefore(ImagePlace.Base64Range cell) {
      return cell.file().equals(file) && position <= cell.offset();
    }

    byte[] text(ImagePlace.Base64Range cell, int most) throws IOException {
      unpacked.skipNBytes(cell.offset() - position);
      byte[] text = unpacked.readNBytes(Base64Images.length(cell, most));
      position = cell.offset() + text.length;
      return text;
    }

    @Override
    public void close() throws IOException {
      unpacked.close();
    }
  }

  /**
   * Reads the images of one column of a Parquet file. Cells in row order need one pass over their
   * pages, or row groups, with one {@link PageWindow} or row group in memory; going back reads it
   * again.
   */
  private static final class ParquetImages implements Closeable {

    private final ParquetFileReader reader;
    private final Path file;
    private final String column;
    private final MessageType schema;
    private final MessageColumnIO columns;
    private final List<BlockMetaData> rowGroups;

    /** First row after those of {@link #rows}. */
    private long end;

    /** Next row of {@link #rows}. */
    private long position;

    private RecordReader<Group> rows;

    /** The row before {@link #position}, once it is read: frames of a video are in one row. */
    private Group last;

    private ParquetImages(
        ParquetFileReader reader, Path file, String column, Configuration hadoop) {
      this.reader = reader;
      this.file = file;
      this.column = column;
      schema =
          ParquetSchemas.imagesOnly(reader.getFileMetaData().getSchema(), column)
              .orElseThrow(
                  () ->
                      new DataException(
                          Text.format("Column '%s' of %s holds no images", column, file)));
      columns = new ColumnIOFactory().getColumnIO(schema);
      rowGroups = reader.getRowGroups();
      ParquetLibrary.requireCodecs(reader, schema, file, hadoop);
      reader.setRequestedSchema(schema);
    }

    static ParquetImages open(String file, String column, Configuration hadoop) throws IOException {
      Path path = new Path(file);
      ParquetFileReader reader = ParquetLibrary.open(path, hadoop);
      try {
        return ParquetLibrary.refusing(
            () -> Text.format("%s: cannot read column '%s'", path, column),
            () -> new ParquetImages(reader, path, column, hadoop));
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
      String where = Text.format("%s:row %d: '%s'", file.getName(), cell.row(), column);
      return ParquetValue.at(row(cell.row()), column, where).stream()
          .skip(cell.item())
          .findFirst()
          .flatMap(value -> value)
          .flatMap(image -> encoded(image, where));
    }

    private static Optional<byte[]> encoded(ParquetValue image, String where) {
      Optional<ParquetValue> bytes =
          image.isStruct()
              ? ParquetValue.of(image.struct(), ParquetSchemas.BYTES, where)
              : Optional.of(image);
      return bytes.map(
          one -> one.isPlain() ? one.bytes() : Base64Images.decoded(one.text().getBytes(UTF_8)));
    }

    private Group row(long row) throws IOException {
      return ParquetLibrary.refusing(
          () -> Text.format("%s: cannot read row %d", file, row),
          () -> {
            if (last != null && row == position - 1) {
              return last;
            }
            last = null; // before the next row is read, which may be as large
            if (rows == null || row < position || row >= end) {
              open(row);
            }
            Group group = rows.read();
            while (position++ < row) {
              group = rows.read();
            }
            last = group;
            return group;
          });
    }

    /** Moves to the start of the pages of a row, or of its row group. */
    private void open(long row) throws IOException {
      long start = 0;
      for (int i = 0; i < rowGroups.size(); i++) {
        long all = rowGroups.get(i).getRowCount();
        if (row < start + all) {
          Optional<PageWindow> pages = PageWindow.from(reader, i, schema, row - start);
          PageReadStore read =
              pages.isPresent()
                  ? reader.readFilteredRowGroup(i, pages.get().rows())
                  : reader.readRowGroup(i);
          rows = columns.getRecordReader(read, new GroupRecordConverter(schema));
          position = start + pages.map(PageWindow::first).orElse(0L);
          end = start + pages.map(PageWindow::end).orElse(all);
          return;
        }
        start += all;
      }
      throw new IllegalArgumentException(
          Text.format("it has only %d rows; was it replaced?", start));
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Reads images that are base64 text inside a file. */
  private static final class Base64Images {

    /** Returns the number of base64 characters of this number of bytes. */
    private static final int CHARACTERS = 4;

    private static final int BYTES = 3;

    /** The longest beginning, up to its comma, of a picture as pages of the web hold it. */
    private static final int DATA_URI = 120;

    private static final byte[] DATA = "data:".getBytes(StandardCharsets.ISO_8859_1);

    private Base64Images() {}

    /** Returns how much of a text is read: at most a few bytes more than this of its image. */
    static int length(ImagePlace.Base64Range place, int most) {
      long whole = DATA_URI + (most / BYTES + 1L) * CHARACTERS;
      return Math.toIntExact(Math.min(place.length(), whole));
    }

    /**
     * Returns a text, or its beginning.
     *
     * @param most bytes of the image
     */
    static byte[] text(ImagePlace.Base64Range place, int most, Configuration hadoop)
        throws IOException {
      byte[] text = new byte[length(place, most)];
      Path path = new Path(place.file());
      try (FSDataInputStream in = path.getFileSystem(hadoop).open(path)) {
        in.readFully(place.offset(), text);
      }
      return text;
    }

    /** Returns the bytes that a text stands for; its own, which no decoder takes, if it is none. */
    static byte[] decoded(byte[] text) {
      return decoded(text, plain(text));
    }

    /** Does so of the beginning of a text, which may end within a unit of characters. */
    static byte[] decodedBeginning(byte[] text) {
      byte[] plain = plain(text);
      return decoded(text, Arrays.copyOf(plain, plain.length - plain.length % CHARACTERS));
    }

    private static byte[] decoded(byte[] text, byte[] plain) {
      try {
        return Base64.getDecoder().decode(plain);
      } catch (IllegalArgumentException e) {
        return text;
      }
    }

    /** Returns a text without white space and the beginning of a data URI. */
    private static byte[] plain(byte[] text) {
      byte[] kept = new byte[text.length];
      int length = 0;
      for (byte c : text) {
        if (c != '\n' && c != '\r' && c != ' ') {
          kept[length++] = c;
        }
      }
      return Arrays.copyOfRange(kept, start(kept), length);
    }

    /** Returns where a text begins: behind the comma of a data URI, which no base64 has. */
    private static int start(byte[] text) {
      if (text.length < DATA.length || !Arrays.equals(text, 0, DATA.length, DATA, 0, DATA.length)) {
        return 0;
      }
      int comma = DATA.length;
      while (comma < Math.min(DATA_URI, text.length) && text[comma] != ',') {
        comma++;
      }
      return comma < text.length && text[comma] == ',' ? comma + 1 : 0;
    }
  }
}
