package io.prumerge.spark;

import io.prumerge.lang.Optionals;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.HashMap;

/** A record's columns, and how it is made from their values. */
final class RecordLayout {

  private static final Map<Class<?>, DataType> TYPES =
      Map.ofEntries(
          Map.entry(String.class, DataTypes.StringType),
          Map.entry(boolean.class, DataTypes.BooleanType),
          Map.entry(Boolean.class, DataTypes.BooleanType),
          Map.entry(int.class, DataTypes.IntegerType),
          Map.entry(Integer.class, DataTypes.IntegerType),
          Map.entry(OptionalInt.class, DataTypes.IntegerType),
          Map.entry(long.class, DataTypes.LongType),
          Map.entry(Long.class, DataTypes.LongType),
          Map.entry(double.class, DataTypes.DoubleType),
          Map.entry(Double.class, DataTypes.DoubleType),
          Map.entry(OptionalDouble.class, DataTypes.DoubleType),
          Map.entry(byte[].class, DataTypes.BinaryType),
          Map.entry(Instant.class, DataTypes.TimestampType));

  /** Stands for a column's own name. */
  private static final String OWN_NAME = "*";

  /** Reads a component from its columns, the first of which is given. */
  private interface Reader {
    Object read(Row row, int first);
  }

  /**
   * @param width number of its columns
   */
  private record Component(int width, Reader reader) {}

  private static final ClassValue<RecordLayout> ALL =
      new ClassValue<>() {
        @Override
        protected RecordLayout computeValue(Class<?> record) {
          return new RecordLayout(record);
        }
      };

  private final List<RecordColumn> columns = new ArrayList<>();
  private final List<Component> components = new ArrayList<>();
  private final Constructor<?> constructor;

  private RecordLayout(Class<?> record) {
    RecordComponent[] all = record.getRecordComponents();
    for (RecordComponent component : all) {
      List<RecordColumn> own = columns(component);
      columns.addAll(own);
      components.add(new Component(own.size(), reader(component, own)));
    }
    try {
      constructor =
          record.getDeclaredConstructor(
              Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("Every record has this constructor", e);
    }
    constructor.setAccessible(true); // records of any package
  }

  static RecordLayout of(Class<?> record) {
    return ALL.get(record);
  }

  List<RecordColumn> columns() {
    return columns;
  }

  StructType schema() {
    return new StructType(
        columns.stream()
            .map(column -> DataTypes.createStructField(column.name(), column.type(), true))
            .toArray(StructField[]::new));
  }

  Row row(Object record) {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i).value().apply(record);
    }
    return RowFactory.create(values);
  }

  Object record(Row row, int first) {
    Object[] values = new Object[components.size()];
    int next = first;
    for (int i = 0; i < values.length; i++) {
      Component component = components.get(i);
      values[i] = component.reader().read(row, next);
      next += component.width();
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException refused
          ? refused
          : new IllegalStateException("Cannot make a record by " + constructor, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make a record by " + constructor, e);
    }
  }

  private static List<RecordColumn> columns(RecordComponent component) {
    Method accessor = component.getAccessor();
    accessor.setAccessible(true); // records of any package
    boolean addedLater = component.isAnnotationPresent(AddedLater.class);
    List<RecordColumn> own = unnamed(component);
    List<String> names = names(component, own);
    UnaryOperator<Object> held = unwrap(component.getType());
    return IntStream.range(0, own.size())
        .mapToObj(
            i -> {
              UnaryOperator<Object> cell = own.get(i).value();
              return new RecordColumn(
                  names.get(i),
                  own.get(i).type(),
                  addedLater || own.get(i).addedLater(),
                  one -> {
                    Object value = held.apply(RecordLayout.value(accessor, one));
                    return value == null ? null : cell.apply(value);
                  });
            })
        .toList();
  }

  private static List<String> names(RecordComponent component, List<RecordColumn> own) {
    ColumnNames named = component.getAnnotation(ColumnNames.class);
    String all = named == null ? OWN_NAME : named.value()[0];
    if (all.contains(OWN_NAME)) {
      return own.stream().map(column -> all.replace(OWN_NAME, column.name())).toList();
    } else if (named.value().length != own.size()) {
      throw new IllegalArgumentException(component + " has other than " + own.size() + " names");
    }
    return List.of(named.value());
  }

  private static List<RecordColumn> unnamed(RecordComponent component) {
    Type content = content(component.getGenericType(), Optional.class);
    if (hasOwnColumns(component, content)) {
      return of((Class<?>) content).columns;
    }
    String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return List.of(new RecordColumn(name, dataType(content), false, cell(content)));
  }

  /** Returns whether a component has the columns of its own components in its place. */
  private static boolean hasOwnColumns(RecordComponent component, Type content) {
    return isRecord(content) && !component.isAnnotationPresent(StructColumn.class);
  }

  private static boolean isRecord(Type type) {
    return type instanceof Class<?> one && one.isRecord();
  }

  private static boolean isMap(Type type) {
    return type instanceof ParameterizedType some && some.getRawType() == Map.class;
  }

  /** Returns the type in a container, or the type itself if it is another. */
  private static Type content(Type type, Class<?> container) {
    return type instanceof ParameterizedType some && some.getRawType() == container
        ? some.getActualTypeArguments()[0]
        : type;
  }

  private static DataType dataType(Type type) {
    Type element = content(type, List.class);
    if (element != type) {
      return DataTypes.createArrayType(dataType(element));
    }
    if (isMap(type)) {
      Type[] entry = ((ParameterizedType) type).getActualTypeArguments();
      return DataTypes.createMapType(dataType(entry[0]), dataType(entry[1]));
    }
    Class<?> plain = type instanceof Class<?> one ? one : Object.class;
    DataType known = plain.isEnum() ? DataTypes.StringType : TYPES.get(plain);
    if (known != null) {
      return known;
    }
    if (!plain.isRecord()) {
      throw new IllegalArgumentException("No column has the type " + type);
    }
    return of(plain).schema();
  }

  private static Object value(Method accessor, Object record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + accessor, e);
    }
  }

  /** Returns the function to what an optional value of a type holds, or null. */
  private static UnaryOperator<Object> unwrap(Class<?> type) {
    if (type == OptionalDouble.class) {
      return value -> Optionals.orNull((OptionalDouble) value);
    } else if (type == OptionalInt.class) {
      return value -> Optionals.orNull((OptionalInt) value);
    }
    return type == Optional.class
        ? value -> ((Optional<?>) value).orElse(null)
        : UnaryOperator.identity();
  }

  /**
   * Returns the function from a value of a type to what a row has of it. It is chosen once for all
   * rows: to ask each value for its class takes longer than to put it there.
   */
  private static UnaryOperator<Object> cell(Type type) {
    Type element = content(type, List.class);
    if (element != type) {
      UnaryOperator<Object> inner = cell(element);
      return list ->
          ((List<?>) list).stream().map(one -> one == null ? null : inner.apply(one)).toArray();
    } else if (isMap(type)) {
      return map -> scala((Map<?, ?>) map);
    } else if (isRecord(type)) {
      return of((Class<?>) type)::row;
    } else if (type == Instant.class) {
      return time -> Timestamp.from((Instant) time);
    }
    return type instanceof Class<?> plain && plain.isEnum()
        ? constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT)
        : UnaryOperator.identity();
  }

  /**
   * Returns a map as a row takes it: Spark's encoder takes Scala's only, and this kind can be
   * serialised.
   */
  private static HashMap<Object, Object> scala(Map<?, ?> values) {
    HashMap<Object, Object> scala = new HashMap<>();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }

  private static Reader reader(RecordComponent component, List<RecordColumn> columns) {
    Type type = component.getGenericType();
    Type content = content(type, Optional.class);
    boolean optional = content != type;
    if (hasOwnColumns(component, content)) {
      RecordLayout own = of((Class<?>) content);
      int width = columns.size();
      return (row, first) ->
          !optional
              ? own.record(row, first)
              : IntStream.range(first, first + width).allMatch(row::isNullAt)
                  ? Optional.empty()
                  : Optional.of(own.record(row, first));
    }
    if (type == OptionalDouble.class) {
      return (row, i) -> Optionals.ofNullable((Double) row.get(i));
    } else if (type == OptionalInt.class) {
      return (row, i) -> Optionals.ofNullable((Integer) row.get(i));
    }
    Reader nullable = nullable(content);
    if (optional) {
      return (row, i) -> Optional.ofNullable(nullable.read(row, i));
    }
    if (!component.getType().isPrimitive()) {
      return nullable;
    }
    String name = columns.get(0).name();
    return (row, i) -> {
      if (row.isNullAt(i)) {
        throw new IllegalArgumentException("The column " + name + " is null");
      }
      return nullable.read(row, i);
    };
  }

  /** Reads a column that may be null. */
  private static Reader nullable(Type type) {
    Type element = content(type, List.class);
    if (element != type) {
      return (row, i) -> row.isNullAt(i) ? null : list(row.getList(i), element);
    }
    return isMap(type)
        ? (row, i) -> row.isNullAt(i) ? null : row.getJavaMap(i)
        : (row, i) -> read(row.get(i), type);
  }

  /** Returns a list that may hold null, which {@code List.of} refuses. */
  private static List<Object> list(List<?> values, Type element) {
    List<Object> list = new ArrayList<>();
    values.forEach(value -> list.add(read(value, element)));
    return Collections.unmodifiableList(list);
  }

  private static Object read(Object value, Type type) {
    if (value == null || !(type instanceof Class<?> plain)) {
      return value;
    } else if (plain.isEnum()) {
      return constant(plain, value.toString().toUpperCase(Locale.ROOT));
    } else if (plain.isRecord()) {
      return of(plain).record((Row) value, 0);
    }
    return value instanceof Timestamp time ? time.toInstant() : value;
  }

  private static Object constant(Class<?> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(one -> ((Enum<?>) one).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " is no " + type.getSimpleName()));
  }
}
