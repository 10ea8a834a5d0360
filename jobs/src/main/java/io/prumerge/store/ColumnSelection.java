package io.prumerge.store;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.RowSource;
import io.prumerge.source.TableName;
import io.prumerge.source.table.DataTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * What is asked of a table: some of its columns, and which of them hold pictures.
 *
 * <p>All columns keep their names and types, so that whoever reads them can say what a table has;
 * those that nobody asks for are null. Pictures are structs of bytes and path, of which the driver
 * need not read the bytes.
 *
 * @param asked columns, and fields of structs as {@code column.field}
 * @param pictures those of them that hold pictures
 */
public record ColumnSelection(Set<String> asked, Set<String> pictures) {

  /** The field of a picture's bytes, as {@code io.prumerge.source} reads it. */
  private static final String BYTES = "bytes";

  /** Stands for a picture that is not looked at. It is no text of UTF-8. */
  private static final byte[] MARK = {(byte) 0xFF};

  /** Keeps pictures as they are. */
  public static final UnaryOperator<Column> WHOLE = bytes -> bytes;

  /** Keeps one byte of each picture, for who does not look at them. */
  public static final UnaryOperator<Column> MARKS = bytes -> lit(MARK);

  public ColumnSelection {
    asked = Set.copyOf(asked);
    pictures = Set.copyOf(pictures);
  }

  /** Returns all columns; those of bytes hold pictures. */
  static ColumnSelection all(StructType table) {
    Set<String> pictures = new LinkedHashSet<>();
    for (StructField field : table.fields()) {
      if (isBytes(field.dataType())) {
        pictures.add(field.name());
      }
    }
    return new ColumnSelection(Set.of(table.fieldNames()), pictures);
  }

  private static boolean isBytes(DataType type) {
    return type instanceof BinaryType
        || type instanceof ArrayType list && list.elementType() instanceof BinaryType;
  }

  /**
   * Returns the columns to write.
   *
   * @param name the table's, for messages
   * @param kept what is written in place of a picture's bytes
   * @throws DataException if one that is asked for is of a type that no question can use
   */
  List<Column> of(StructType table, RowSource name, UnaryOperator<Column> kept) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = Set.of(table.fieldNames());
    Set<String> lifted = new LinkedHashSet<>();
    for (String picture : pictures) {
      Optional<DataType> type = type(table, picture);
      if (!names.contains(picture) && type.filter(ColumnSelection::isBytes).isPresent()) {
        lifted.add(picture);
        columns.add(picture(at(table, picture), type.get(), kept).as(picture));
      }
    }
    for (StructField field : table.fields()) {
      columns.add(column(field, names, lifted, name, kept).as(field.name()));
    }
    return columns;
  }

  /** Returns the names and types of what is asked for, in bytes of a text. */
  byte[] types(StructType selected) {
    Set<String> names = Set.of(selected.fieldNames());
    return Arrays.stream(selected.fields())
        .filter(field -> isAsked(field.name(), names, Set.of()))
        .map(field -> field.name() + " " + field.dataType().catalogString() + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private Column column(
      StructField field,
      Set<String> names,
      Set<String> lifted,
      RowSource name,
      UnaryOperator<Column> kept) {
    DataType type = field.dataType();
    if (!isAsked(field.name(), names, lifted)) {
      return lit(null).cast(isStored(type) ? type : DataTypes.StringType);
    }
    if (type instanceof NullType) {
      return lit(null).cast(DataTypes.StringType);
    }
    if (!isStored(type)) {
      throw new DataException(
          Text.format(
              "Cannot read the column '%s' of %s: it is %s, which is none of texts, numbers,"
                  + " booleans, times, bytes, arrays and structs; name a view that casts it",
              field.name(), name, type.sql()));
    }
    Column value = col(TableName.quoted(field.name()));
    if (pictures.contains(field.name()) && isBytes(type)) {
      return picture(value, type, kept);
    }
    return kept != WHOLE && holdsPictures(field.name(), names) ? kept(value, type, kept) : value;
  }

  private boolean isAsked(String column, Set<String> names, Set<String> lifted) {
    return asked.contains(column)
        || asked.stream()
            .filter(one -> !names.contains(one) && !lifted.contains(one))
            .anyMatch(one -> DataTable.outer(one).equals(column));
  }

  private boolean holdsPictures(String column, Set<String> names) {
    return pictures.contains(column)
        || pictures.stream()
            .anyMatch(one -> !names.contains(one) && DataTable.outer(one).equals(column));
  }

  /** Returns whether Parquet's files keep a type in a way that their readers take. */
  private static boolean isStored(DataType type) {
    if (type instanceof ArrayType list) {
      return isStored(list.elementType());
    }
    if (type instanceof StructType fields) {
      return !fields.isEmpty()
          && Arrays.stream(fields.fields()).allMatch(field -> isStored(field.dataType()));
    }
    return type instanceof StringType
        || type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof BinaryType;
  }

  /** Returns bytes, or a list of bytes, as structs of bytes and path. */
  private static Column picture(Column value, DataType type, UnaryOperator<Column> kept) {
    if (type instanceof ArrayType list) {
      return transform(value, one -> picture(one, list.elementType(), kept));
    }
    return when(
        value.isNotNull(),
        struct(kept.apply(value).as(BYTES), lit(null).cast(DataTypes.StringType).as("path")));
  }

  /** Returns a value with what is kept of each picture that it has. */
  private static Column kept(Column value, DataType type, UnaryOperator<Column> kept) {
    if (type instanceof ArrayType list && list.elementType() instanceof StructType) {
      return transform(value, one -> kept(one, list.elementType(), kept));
    }
    if (!(type instanceof StructType fields)) {
      return value;
    }
    Column[] all =
        Arrays.stream(fields.fields())
            .map(
                field -> {
                  Column inner = value.getField(field.name());
                  boolean bytes =
                      field.name().equals(BYTES) && field.dataType() instanceof BinaryType;
                  return (bytes
                          ? when(inner.isNotNull(), kept.apply(inner))
                          : kept(inner, field.dataType(), kept))
                      .as(field.name());
                })
            .toArray(Column[]::new);
    return when(value.isNotNull(), struct(all));
  }

  /** Returns the column of a table, or the field of its structs, that a name says. */
  static Column at(StructType table, String name) {
    Column found = null;
    if (Set.of(table.fieldNames()).contains(name)) {
      return col(TableName.quoted(name));
    }
    for (String part : name.split("\\.", -1)) {
      found = found == null ? col(TableName.quoted(part)) : found.getField(part);
    }
    return found;
  }

  /** Returns the type of a column, or of a field in structs; empty if there is none. */
  static Optional<DataType> type(StructType table, String name) {
    for (StructField field : table.fields()) {
      if (field.name().equals(name)) {
        return Optional.of(field.dataType());
      }
    }
    String outer = DataTable.outer(name);
    return outer.equals(name)
        ? Optional.empty()
        : type(table, outer)
            .filter(StructType.class::isInstance)
            .flatMap(inner -> type((StructType) inner, name.substring(outer.length() + 1)));
  }

  /** Returns the columns and, as {@code column.field}, the fields of structs and lists of them. */
  static Set<String> fields(StructType table) {
    Set<String> fields = new LinkedHashSet<>();
    addFields("", table, fields);
    return fields;
  }

  private static void addFields(String above, StructType struct, Set<String> fields) {
    for (StructField field : struct.fields()) {
      fields.add(above + field.name());
      DataType inner = field.dataType();
      while (inner instanceof ArrayType list) {
        inner = list.elementType();
      }
      if (inner instanceof StructType below) {
        addFields(above + field.name() + ".", below, fields);
      }
    }
  }
}
