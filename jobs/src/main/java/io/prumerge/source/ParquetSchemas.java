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

/** Which part of a Parquet file is read. */
final class ParquetSchemas {

  /** The field that holds an encoded image, in a struct with its path. */
  static final String BYTES = "bytes";

  private ParquetSchemas() {}

  /** Nothing but the bytes of the images in {@code column}, which is there. */
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

  /** The columns named, without the bytes of images: the driver must not read these. */
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
                              "Column '%s' of %s holds nothing but image bytes; expected a struct of bytes and path",
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
   * Whether the repeated field of a list is the element itself, as old writers have it, not a
   * wrapper around an element that may be null; the rules are those of Parquet's LogicalTypes.md.
   */
  static boolean isElement(Type repeated) {
    return repeated.isPrimitive()
        || repeated.asGroupType().getFieldCount() > 1
        || repeated.getName().equals("array")
        || repeated.getName().endsWith("_tuple");
  }
}
