package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import io.prumerge.text.PythonFloat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A value that is not null, in a row of a Parquet file. A repeated field that is no part of a list
 * or a map, as protobuf's writers have them, is a list that is never null (Parquet's
 * LogicalTypes.md).
 *
 * @param group the group that it is a field of
 * @param index index in a repeated field, otherwise 0; {@link #ALL} of such a field as a whole
 * @param where file, row and path of the value, for messages
 */
record ParquetValue(Group group, int field, int index, String where) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Stands for all values of a repeated field that is no list's: they are a list, never null. */
  private static final int ALL = -1;

  /** Returns the field {@code name} of {@code group}, if it is present and not null. */
  static Optional<ParquetValue> of(Group group, String name, String where) {
    if (!group.getType().containsField(name)) {
      return Optional.empty();
    }
    int field = group.getType().getFieldIndex(name);
    if (group.getType().getType(field).isRepetition(Type.Repetition.REPEATED)) {
      return Optional.of(new ParquetValue(group, field, ALL, where));
    }
    return group.getFieldRepetitionCount(field) == 0
        ? Optional.empty()
        : Optional.of(new ParquetValue(group, field, 0, where));
  }

  /**
   * Returns the values of a field, or of {@code field.inner} in structs and lists of them; of a
   * list its elements one by one. Null ones are empty.
   */
  static List<Optional<ParquetValue>> at(Group group, String path, String where) {
    int outer = path.indexOf('.');
    if (outer < 0 || group.getType().containsField(path)) {
      return of(group, path, where).map(ParquetValue::each).orElse(List.of(Optional.empty()));
    }
    String rest = path.substring(outer + 1);
    return of(group, path.substring(0, outer), where)
        .map(ParquetValue::each)
        .orElse(List.of())
        .stream()
        .flatMap(
            one ->
                one
                    .map(struct -> at(struct.struct(), rest, where))
                    .orElse(List.of(Optional.empty()))
                    .stream())
        .toList();
  }

  private List<Optional<ParquetValue>> each() {
    return isList() ? elements() : List.of(Optional.of(this));
  }

  private Type type() {
    return group.getType().getType(field);
  }

  /** Returns whether it is a string: annotated as one, or plain bytes. */
  boolean isText() {
    LogicalTypeAnnotation annotation = type().getLogicalTypeAnnotation();
    return is(PrimitiveTypeName.BINARY)
        && (annotation == null
            || annotation.equals(LogicalTypeAnnotation.stringType())
            || annotation.equals(LogicalTypeAnnotation.jsonType())
            || annotation.equals(LogicalTypeAnnotation.enumType()));
  }

  /** Returns whether it is bytes without a type. */
  boolean isPlain() {
    return is(PrimitiveTypeName.BINARY) && type().getLogicalTypeAnnotation() == null;
  }

  boolean isStruct() {
    return !type().isPrimitive() && !isList();
  }

  boolean isList() {
    return index == ALL || ParquetSchemas.isList(type());
  }

  String text() {
    if (!isText()) {
      throw mistyped("a string");
    }
    return ParquetLibrary.value(where, () -> group.getBinary(field, index).toStringUsingUTF8());
  }

  /** Returns the value as {@link HuggingFaceRow#json}. */
  JsonNode json() {
    if (isList()) {
      ArrayNode list = JSON.arrayNode();
      elements().forEach(element -> list.add(element.map(ParquetValue::json).orElse(null)));
      return list;
    }
    if (LogicalTypeAnnotation.mapType().equals(type().getLogicalTypeAnnotation())) {
      return map();
    }
    if (isStruct()) {
      return object();
    }
    Optional<String> time = ParquetLibrary.value(where, () -> ParquetTime.iso(group, field, index));
    if (time.isPresent()) {
      return JSON.textNode(time.get());
    }
    LogicalTypeAnnotation annotation = type().getLogicalTypeAnnotation();
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return DecimalNode.valueOf(new BigDecimal(unscaled(), decimal.getScale())); // keeps zeros
    }
    if (isPlain()) {
      return JSON.binaryNode(bytes());
    }
    if (isText()) {
      return JSON.textNode(text());
    }
    if (is(PrimitiveTypeName.BOOLEAN)) {
      return JSON.booleanNode(group.getBoolean(field, index));
    }
    if (is(PrimitiveTypeName.FLOAT)) {
      return JSON.numberNode(PythonFloat.asWritten(group.getFloat(field, index)));
    }
    if (is(PrimitiveTypeName.DOUBLE)) {
      return JSON.numberNode(number());
    }
    if (isUnsignedLong()) {
      return JSON.numberNode(new BigInteger(Long.toUnsignedString(group.getLong(field, index))));
    }
    if (isInteger()) {
      return JSON.numberNode(integer());
    }
    throw mistyped("a text, a number, a boolean, a list or a struct");
  }

  /** Returns a map as a struct with its keys for fields. */
  private ObjectNode map() {
    Group map = group.getGroup(field, index);
    ObjectNode object = JSON.objectNode();
    for (int i = 0; i < map.getFieldRepetitionCount(0); i++) {
      Group entry = map.getGroup(0, i);
      JsonNode key = part(entry, 0).map(ParquetValue::json).orElse(JSON.nullNode());
      object.set(key.asText(), part(entry, 1).map(ParquetValue::json).orElse(JSON.nullNode()));
    }
    return object;
  }

  private Optional<ParquetValue> part(Group entry, int column) {
    return entry.getType().getFieldCount() > column
        ? of(entry, entry.getType().getFieldName(column), where)
        : Optional.empty();
  }

  private ObjectNode object() {
    Group struct = group.getGroup(field, index);
    ObjectNode object = JSON.objectNode();
    for (Type inner : struct.getType().getFields()) {
      String name = inner.getName();
      of(struct, name, where + "." + name).ifPresent(value -> object.set(name, value.json()));
    }
    return object;
  }

  private BigInteger unscaled() {
    if (is(PrimitiveTypeName.INT32)) {
      return BigInteger.valueOf(group.getInteger(field, index));
    }
    return is(PrimitiveTypeName.INT64)
        ? BigInteger.valueOf(group.getLong(field, index))
        : new BigInteger(
            ParquetLibrary.value(where, () -> group.getBinary(field, index).getBytes()));
  }

  private boolean isInteger() {
    LogicalTypeAnnotation annotation = type().getLogicalTypeAnnotation();
    return (is(PrimitiveTypeName.INT32) || is(PrimitiveTypeName.INT64))
        && (annotation == null || annotation instanceof IntLogicalTypeAnnotation);
  }

  private boolean isUnsignedLong() {
    return is(PrimitiveTypeName.INT64)
        && type().getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation whole
        && !whole.isSigned();
  }

  /** Returns an integer of any width. */
  long integer() {
    LogicalTypeAnnotation annotation = type().getLogicalTypeAnnotation();
    boolean signed = annotation == null;
    if (annotation instanceof IntLogicalTypeAnnotation whole) {
      signed = whole.isSigned();
    } else if (annotation != null) {
      throw mistyped("a whole number");
    }
    if (is(PrimitiveTypeName.INT32)) {
      int value = group.getInteger(field, index);
      return signed ? value : Integer.toUnsignedLong(value);
    }
    if (!is(PrimitiveTypeName.INT64)) {
      throw mistyped("a whole number");
    }
    long value = group.getLong(field, index);
    if (value < 0 && !signed) {
      throw new DataException(where + " is beyond 2^63: " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** Returns a number of any kind and width, to be computed with; floats are widened. */
  double number() {
    if (is(PrimitiveTypeName.FLOAT)) {
      return group.getFloat(field, index);
    }
    return is(PrimitiveTypeName.DOUBLE) ? group.getDouble(field, index) : integer();
  }

  byte[] bytes() {
    if (!is(PrimitiveTypeName.BINARY)) {
      throw mistyped("binary");
    }
    return ParquetLibrary.value(where, () -> group.getBinary(field, index).getBytes());
  }

  Group struct() {
    if (!isStruct()) {
      throw mistyped("a struct");
    }
    return group.getGroup(field, index);
  }

  /** Returns the elements of a list; null elements are empty. */
  List<Optional<ParquetValue>> elements() {
    if (!isList()) {
      throw mistyped("a list");
    }
    boolean whole = index == ALL;
    Group list = whole ? group : group.getGroup(field, index);
    int repeated = whole ? field : 0;
    boolean bare = whole || ParquetSchemas.isElement(list.getType().getType(0));
    List<Optional<ParquetValue>> elements = new ArrayList<>();
    for (int i = 0; i < list.getFieldRepetitionCount(repeated); i++) {
      ParquetValue one = new ParquetValue(list, repeated, i, where + "[" + i + "]");
      elements.add(bare ? Optional.of(one) : one.wrapped());
    }
    return elements;
  }

  /**
   * Returns one element of a list, or the value itself if it is not a list; empty if absent or
   * null.
   */
  Optional<ParquetValue> item(int item) {
    if (!isList()) {
      return Optional.of(this);
    }
    List<Optional<ParquetValue>> elements = elements();
    return item < elements.size() ? elements.get(item) : Optional.empty();
  }

  private Optional<ParquetValue> wrapped() {
    Group wrapper = group.getGroup(field, index);
    return wrapper.getFieldRepetitionCount(0) == 0
        ? Optional.empty()
        : Optional.of(new ParquetValue(wrapper, 0, 0, where));
  }

  private boolean is(PrimitiveTypeName name) {
    return index != ALL
        && type().isPrimitive()
        && type().asPrimitiveType().getPrimitiveTypeName() == name;
  }

  private DataException mistyped(String expected) {
    return new DataException(Text.format("%s must be %s, it is %s", where, expected, type()));
  }
}
