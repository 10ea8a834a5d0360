package io.prumerge.source;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Selects the columns of a Parquet file to read. */
final class ParquetSchemas {

  /** The field of an encoded image, in a struct with its path. */
  static final String BYTES = "bytes";

  private ParquetSchemas() {}

  /**
   * Selects only the image bytes or base64 text of a column, or of a field {@code column.field} of
   * structs or of lists of them; empty if it holds no images.
   */
  static Optional<MessageType> imagesOnly(MessageType schema, String column) {
    return imagesAt(schema, column).map(type -> new MessageType(schema.getName(), type));
  }

  private static Optional<Type> imagesAt(GroupType struct, String path) {
    if (struct.containsField(path)) {
      return imagesOnly(struct.getType(path), true);
    }
    int outer = path.indexOf('.');
    return outer < 0 || !struct.containsField(path.substring(0, outer))
        ? Optional.empty()
        : imagesBelow(struct.getType(path.substring(0, outer)), path.substring(outer + 1));
  }

  private static Optional<Type> imagesBelow(Type type, String path) {
    if (type.isPrimitive()) {
      return Optional.empty();
    }
    GroupType group = type.asGroupType();
    return isList(group)
        ? inElement(group, element -> imagesBelow(element, path))
        : imagesAt(group, path).map(group::withNewFields);
  }

  /** Selects something in the elements of a list, whose wrapping is kept. */
  private static Optional<Type> inElement(GroupType list, Function<Type, Optional<Type>> select) {
    Type repeated = list.getType(0);
    return (isElement(repeated)
            ? select.apply(repeated)
            : select.apply(element(list)).<Type>map(repeated.asGroupType()::withNewFields))
        .map(list::withNewFields);
  }

  /** Returns whether a type is annotated as a list. */
  static boolean isList(Type type) {
    return LogicalTypeAnnotation.listType().equals(type.getLogicalTypeAnnotation());
  }

  /**
   * Returns the columns and, as {@code column.field}, the fields of structs and of lists of them.
   */
  static Set<String> fields(MessageType schema) {
    Set<String> fields = new LinkedHashSet<>();
    addFields("", schema, fields);
    return fields;
  }

  private static void addFields(String above, GroupType struct, Set<String> fields) {
    for (Type field : struct.getFields()) {
      fields.add(above + field.getName());
      Type inner = field;
      while (isList(inner)) {
        inner = element(inner.asGroupType());
      }
      if (!inner.isPrimitive()) {
        addFields(above + field.getName() + ".", inner.asGroupType(), fields);
      }
    }
  }

  /**
   * Selects the image in a type.
   *
   * @param bare whether the type is a column or an element of its list, which may be the bytes or
   *     their base64 text itself; among the fields of a struct, only {@link #BYTES} has them
   */
  private static Optional<Type> imagesOnly(Type type, boolean bare) {
    if (type.isPrimitive()) {
      return Optional.of(type)
          .filter(ParquetSchemas::isBinary)
          .filter(one -> bare || one.getName().equals(BYTES));
    }
    GroupType group = type.asGroupType();
    if (isList(group)) {
      return inElement(group, element -> imagesOnly(element, bare));
    }
    return group.getFields().stream()
        .map(field -> imagesOnly(field, false))
        .flatMap(Optional::stream)
        .findFirst()
        .map(group::withNewFields);
  }

  private static boolean isBinary(Type type) {
    return type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  /**
   * Selects the named columns without image bytes, which the driver need not read; but with those
   * of a column or a struct that holds nothing else, since they alone say which cells are null.
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
    return Optional.of(fields.isEmpty() ? group : group.withNewFields(fields));
  }

  /** Returns whether a field is bytes; their text is read by the driver, too. */
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
        || isRepeated(repeated.asGroupType().getType(0))
        || repeated.getName().equals("array")
        || repeated.getName().endsWith("_tuple");
  }

  /**
   * Returns whether values of both types are read alike: whole numbers of any width are one type,
   * and structs that lack a field have nulls there.
   */
  static boolean agree(Type one, Type other) {
    return isRepeated(one) || isRepeated(other)
        ? elementOf(one).flatMap(a -> elementOf(other).map(b -> agreeValues(a, b))).orElse(false)
        : agreeValues(one, other);
  }

  private static boolean isRepeated(Type field) {
    return field.isRepetition(Type.Repetition.REPEATED);
  }

  /** Returns the type of the values of a field that is a list; empty if it is none. */
  private static Optional<Type> elementOf(Type field) {
    return isRepeated(field)
        ? Optional.of(field)
        : Optional.of(field)
            .filter(ParquetSchemas::isList)
            .map(list -> element(list.asGroupType()));
  }

  private static boolean agreeValues(Type one, Type other) {
    if (isList(one) || isList(other)) {
      return isList(one)
          && isList(other)
          && agreeValues(element(one.asGroupType()), element(other.asGroupType()));
    }
    if (one.isPrimitive() || other.isPrimitive()) {
      return one.isPrimitive()
          && other.isPrimitive()
          && kind(one.asPrimitiveType()).equals(kind(other.asPrimitiveType()));
    }
    return one.asGroupType().getFields().stream()
        .filter(field -> other.asGroupType().containsField(field.getName()))
        .allMatch(field -> agree(field, other.asGroupType().getType(field.getName())));
  }

  private static Type element(GroupType list) {
    Type repeated = list.getType(0);
    return isElement(repeated) ? repeated : repeated.asGroupType().getType(0);
  }

  /** Returns what a type's values are read as. */
  private static String kind(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    PrimitiveTypeName bytes = type.getPrimitiveTypeName();
    boolean whole = annotation == null || annotation instanceof IntLogicalTypeAnnotation;
    if (whole && (bytes == PrimitiveTypeName.INT32 || bytes == PrimitiveTypeName.INT64)) {
      return "a whole number";
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp
        && timestamp.isAdjustedToUTC()) {
      return PrimitiveTypeName.INT96.name(); // Spark's other type of moments
    }
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return "decimals of " + decimal.getScale();
    }
    return annotation == null ? bytes.name() : annotation.toString();
  }
}
