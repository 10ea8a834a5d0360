package io.prumerge.jobs;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.StructColumn;
import io.prumerge.statistics.Interval;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column of a table whose rows are records, with what the record's Javadoc says of its component;
 * or the two bounds of an interval, which is described as a whole.
 *
 * @param type as Spark SQL names it
 * @param empty when it is null, as far as the component tells: {@code never}, {@code in earlier
 *     files}, or nothing
 * @param meaning empty if the Javadoc says nothing
 */
record DescribedColumn(List<String> names, String type, String empty, Optional<String> meaning) {

  private static final Path SOURCES =
      Path.of(System.getProperty("project.root"), "jobs/src/main/java");

  /**
   * A component that has a column of its own, or an interval.
   *
   * @param type without what it is optional in
   * @param later whether it, or a record that it is a part of, was added later
   * @param optional whether it, or such a record, may be absent
   */
  private record Leaf(Type type, boolean later, boolean optional, Optional<String> meaning) {}

  /**
   * Returns a table's columns, each followed by its fields if it is a struct, or an array of them.
   */
  static List<DescribedColumn> of(Class<?> row, StructType schema) throws IOException {
    return of("", row, schema);
  }

  private static List<DescribedColumn> of(String prefix, Class<?> row, StructType schema)
      throws IOException {
    List<DescribedColumn> columns = new ArrayList<>();
    int next = 0;
    for (Leaf leaf : leaves(row, false, false)) {
      int end = next + (leaf.type() == Interval.class ? 2 : 1);
      List<String> names =
          Stream.of(schema.fieldNames()).toList().subList(next, end).stream()
              .map(name -> prefix + name)
              .toList();
      StructField first = schema.fields()[next];
      boolean never = leaf.type() instanceof Class<?> plain && plain.isPrimitive();
      String empty = leaf.later() ? "in earlier files" : never && !leaf.optional() ? "never" : "";
      boolean array = first.dataType() instanceof ArrayType;
      DataType one = array ? ((ArrayType) first.dataType()).elementType() : first.dataType();
      boolean records = one instanceof StructType;
      String struct = array ? "array<struct>" : "struct";
      columns.add(
          new DescribedColumn(
              names, records ? struct : first.dataType().catalogString(), empty, leaf.meaning()));
      if (records) {
        columns.addAll(
            of(names.get(0) + ".", (Class<?>) content(leaf.type(), List.class), (StructType) one));
      }
      next = end;
    }
    return columns;
  }

  private static List<Leaf> leaves(Class<?> row, boolean later, boolean optional)
      throws IOException {
    Map<String, String> said = comments(row).components(name(row));
    List<Leaf> leaves = new ArrayList<>();
    for (RecordComponent component : row.getRecordComponents()) {
      Type declared = component.getGenericType();
      Type content = content(declared, Optional.class);
      boolean added = later || component.isAnnotationPresent(AddedLater.class);
      boolean absent = optional || content != declared;
      boolean struct = component.isAnnotationPresent(StructColumn.class);
      if (!struct
          && content instanceof Class<?> part
          && part.isRecord()
          && part != Interval.class) {
        leaves.addAll(leaves(part, added, absent));
      } else {
        leaves.add(
            new Leaf(content, added, absent, Optional.ofNullable(said.get(component.getName()))));
      }
    }
    return leaves;
  }

  DescribedColumn meaning(String other) {
    return new DescribedColumn(names, type, empty, Optional.of(other));
  }

  /** Returns this column and others that are like it. */
  DescribedColumn and(List<String> more) {
    return new DescribedColumn(
        Stream.concat(names.stream(), more.stream()).toList(), type, empty, meaning);
  }

  /** Returns whether the two differ in their names only. */
  boolean isLike(DescribedColumn other) {
    return equals(new DescribedColumn(names, other.type, other.empty, other.meaning));
  }

  /** Returns the comments of the file that declares a class. */
  static JavadocText comments(Class<?> type) throws IOException {
    return JavadocText.of(SOURCES, type);
  }

  private static String name(Class<?> type) {
    return type.getEnclosingClass() == null
        ? type.getSimpleName()
        : name(type.getEnclosingClass()) + "." + type.getSimpleName();
  }

  /** Returns the type in a container, or the type itself if it is another. */
  private static Type content(Type type, Class<?> container) {
    return type instanceof ParameterizedType some && some.getRawType() == container
        ? some.getActualTypeArguments()[0]
        : type;
  }
}
