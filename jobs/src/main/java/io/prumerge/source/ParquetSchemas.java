package io.prumerge.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Selects the columns of a Parquet file to read. */
final class ParquetSchemas {

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
                    String.format(Locale.ROOT, "Column '%s' of %s holds no images", column, file)));
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
