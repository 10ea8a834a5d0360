package io.prumerge.source;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Selects the columns of a Parquet file to read. */
final class ParquetSchemas {

  /** The field of an encoded image, in a struct with its path. */
  static final String BYTES = "bytes";

  private ParquetSchemas() {}

  /** Selects only the image bytes or base64 text of {@code column}, which exists. */
  static MessageType imagesOnly(MessageType schema, String column, Path file) {
    return imagesOnly(schema.getType(column), true)
        .map(type -> new MessageType(schema.getName(), type))
        .orElseThrow(
            () ->
                new DataException(
                    String.format(Locale.ROOT, "Column '%s' of %s holds no images", column, file)));
  }

  /**
   * Selects the image in a type.
   *
   * @param bare whether the type is a column or an element of a list, which may be the bytes or
   *     their base64 text itself; among the fields of a struct, only {@link #BYTES} is an image
   */
  private static Optional<Type> imagesOnly(Type type, boolean bare) {
    if (type.isPrimitive()) {
      return Optional.of(type).filter(bare ? ParquetSchemas::isBinary : ParquetSchemas::isImage);
    }
    GroupType group = type.asGroupType();
    boolean list = LogicalTypeAnnotation.listType().equals(type.getLogicalTypeAnnotation());
    boolean wrapped = group.isRepetition(Type.Repetition.REPEATED) && !isElement(group);
    return group.getFields().stream()
        .map(field -> imagesOnly(field, bare && (list || wrapped)))
        .flatMap(Optional::stream)
        .findFirst()
        .map(group::withNewFields);
  }

  private static boolean isBinary(Type type) {
    return type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  /**
   * Selects the named columns without image bytes, which the driver need not read; but with those
   * of a column that holds nothing else, since they alone say which cells are null.
   */
  static MessageType withoutImages(MessageType schema, Collection<String> columns) {
    return new MessageType(
        schema.getName(),
        columns.stream()
            .map(schema::getType)
            .map(type -> withoutImages(type).orElse(type))
            .toList());
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
        && isBinary(type)
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
