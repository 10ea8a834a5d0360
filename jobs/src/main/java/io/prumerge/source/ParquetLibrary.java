package io.prumerge.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Wraps all calls to the Parquet library. The library trusts what it reads: on a damaged file it
 * throws any exception or allocates more memory than there is.
 */
final class ParquetLibrary {

  /** A call to the library. */
  interface Work<T> {
    T done() throws IOException;
  }

  private ParquetLibrary() {}

  /**
   * Opens a file and checks that its column chunks lie within it, since the library believes their
   * lengths.
   *
   * @throws DataException if it is not Parquet
   */
  @SuppressWarnings("deprecation") // there is no other way to open a file by a footer of our own
  static ParquetFileReader open(Path file, Configuration hadoop) throws IOException {
    ParquetFooter footer = footer(file, hadoop);
    return refusing(
        () -> file + " cannot be opened",
        () -> new ParquetFileReader(hadoop, file, footer.metadata()));
  }

  /**
   * Reads a file's footer, with the same check.
   *
   * @throws DataException if it is not Parquet
   */
  static ParquetFooter footer(Path file, Configuration hadoop) throws IOException {
    return refusing(
        () -> file + " is not a complete Parquet file (cut off, or a Git LFS pointer?)",
        () -> {
          ParquetFooter footer = ParquetFooter.read(file, hadoop);
          requireWithin(
              footer.metadata().getBlocks(),
              file.getFileSystem(hadoop).getFileStatus(file).getLen());
          return footer;
        });
  }

  private static void requireWithin(List<BlockMetaData> rowGroups, long length) {
    for (BlockMetaData rowGroup : rowGroups) {
      for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
        long start = chunk.getStartingPos();
        long size = chunk.getTotalSize();
        if (start < 0 || size < 0 || start > length || size > length - start) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s has %d bytes from %d on, the file has %d",
                  chunk.getPath(),
                  size,
                  start,
                  length));
        }
      }
    }
  }

  /**
   * Checks that columns can be decompressed here.
   *
   * @throws DataException naming a column and its codec
   */
  static void requireCodecs(
      ParquetFileReader reader, MessageType columns, Path file, Configuration hadoop) {
    for (BlockMetaData rowGroup : reader.getRowGroups()) {
      ParquetFooter.absentCodec(rowGroup, columns, hadoop)
          .ifPresent(
              problem -> {
                throw new DataException(file + ": " + problem);
              });
    }
  }

  /**
   * Makes a call about a file.
   *
   * @param problem message if the library fails; names the file
   * @throws DataException if the library fails
   */
  static <T> T refusing(Supplier<String> problem, Work<T> work) throws IOException {
    try {
      return work.done();
    } catch (DataException | FileNotFoundException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw refusal(problem.get(), e);
    }
  }

  /**
   * Reads a value of a row; the library decodes bytes only on access.
   *
   * @param where file, row and path of the value
   * @throws DataException if the library fails
   */
  static <T> T value(String where, Supplier<T> value) {
    try {
      return value.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      throw refusal(where + ": cannot read the value", e);
    }
  }

  /**
   * Returns the exceptions of a damaged file, including a failed allocation of a length from the
   * file.
   */
  private static DataException refusal(String problem, Throwable e) {
    String reason = said(e);
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String cause = reason.contains(said(root)) ? "" : ": " + said(root);
    return new DataException(problem + ": " + reason + cause, e);
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Selects the columns of a Parquet file to read. */
  static final class ParquetSchemas {

    /** The field of an encoded image, in a struct with its path. */
    static final String BYTES = "bytes";

    private ParquetSchemas() {}

    /** Selects only the image bytes of {@code column}, which exists. */
    static MessageType imagesOnly(MessageType schema, String column, Path file) {
      return imagesOnly(schema.getType(column))
          .map(type -> new MessageType(schema.getName(), type))
          .orElseThrow(
              () ->
                  new DataException(
                      String.format(
                          Locale.ROOT, "Column '%s' of %s holds no images", column, file)));
    }

    private static Optional<Type> imagesOnly(Type type) {
      if (type.isPrimitive()) {
        return Optional.of(type).filter(ParquetSchemas::isImage);
      }
      return type.asGroupType().getFields().stream()
          .map(ParquetSchemas::imagesOnly)
          .flatMap(Optional::stream)
          .findFirst()
          .map(field -> type.asGroupType().withNewFields(field));
    }

    /** Selects the named columns without image bytes: the driver must not read these. */
    static MessageType withoutImages(MessageType schema, Collection<String> columns, Path file) {
      List<Type> kept = new ArrayList<>();
      for (String column : columns) {
        kept.add(
            withoutImages(schema.getType(column))
                .orElseThrow(
                    () ->
                        new DataException(
                            String.format(
                                Locale.ROOT,
                                "Column '%s' of %s holds only image bytes; expected a struct of"
                                    + " bytes and path",
                                column,
                                file))));
      }
      return new MessageType(schema.getName(), kept);
    }

    private static Optional<Type> withoutImages(Type type) {
      if (type.isPrimitive()) {
        return isImage(type) ? Optional.empty() : Optional.of(type);
      }
      GroupType group = type.asGroupType();
      List<Type> fields =
          group.getFields().stream()
              .map(ParquetSchemas::withoutImages)
              .flatMap(Optional::stream)
              .toList();
      return fields.isEmpty() ? Optional.empty() : Optional.of(group.withNewFields(fields));
    }

    private static boolean isImage(Type type) {
      return type.getName().equals(BYTES)
          && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
          && type.getLogicalTypeAnnotation() == null;
    }

    /**
     * Returns whether the repeated field of a list is the element itself, as from old writers, and
     * not a wrapper around a nullable element; by the rules of Parquet's LogicalTypes.md.
     */
    static boolean isElement(Type repeated) {
      return repeated.isPrimitive()
          || repeated.asGroupType().getFieldCount() > 1
          || repeated.getName().equals("array")
          || repeated.getName().endsWith("_tuple");
    }
  }
}
