package io.prumerge.spark;

import static java.util.stream.Collectors.toSet;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.HashMap;

/**
 * The columns of a table whose rows are records: a column for each component, in their order, with
 * its name in snake_case. A component that is a record has the columns of its own components in its
 * place. Every column is nullable, and null where its value, or the record that it belongs to, is
 * an empty {@link Optional}. Constants of an enum are text in lower case.
 */
public final class RecordColumns {

  /** Renames the columns of a component, all of them. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Named {
    String[] value();
  }

  /**
   * @param value of a record, as a row has it
   */
  private record Column(
      String name, DataType type, boolean addedLater, UnaryOperator<Object> value) {}

  private static final Map<Class<?>, DataType> TYPES =
      Map.ofEntries(
          Map.entry(String.class, DataTypes.StringType),
          Map.entry(boolean.class, DataTypes.BooleanType),
          Map.entry(Boolean.class, DataTypes.BooleanType),
          Map.entry(int.class, DataTypes.IntegerType),
          Map.entry(Integer.class, DataTypes.IntegerType),
          Map.entry(long.class, DataTypes.LongType),
          Map.entry(Long.class, DataTypes.LongType),
          Map.entry(double.class, DataTypes.DoubleType),
          Map.entry(Double.class, DataTypes.DoubleType),
          Map.entry(OptionalDouble.class, DataTypes.DoubleType),
          Map.entry(byte[].class, DataTypes.BinaryType),
          Map.entry(Instant.class, DataTypes.TimestampType));

  private static final ClassValue<RecordColumns> ALL =
      new ClassValue<>() {
        @Override
        protected RecordColumns computeValue(Class<?> record) {
          return new RecordColumns(columns(record));
        }
      };

  private final List<Column> columns;

  private RecordColumns(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * Returns the columns of a table.
   *
   * @throws IllegalArgumentException if a component has a type without a column's, or names too
   *     many or too few columns
   */
  public static RecordColumns of(Class<? extends Record> row) {
    return ALL.get(row);
  }

  public StructType schema() {
    return new StructType(
        columns.stream()
            .map(column -> DataTypes.createStructField(column.name(), column.type(), true))
            .toArray(StructField[]::new));
  }

  /** Returns the names of the columns that files of earlier versions lack. */
  public Set<String> addedLater() {
    return columns.stream().filter(Column::addedLater).map(Column::name).collect(toSet());
  }

  public Row row(Record one) {
    return RowFactory.create(columns.stream().map(column -> column.value().apply(one)).toArray());
  }

  /** Returns the values of a row by the names of their columns, in their order. */
  public Map<String, Object> values(Record one) {
    Map<String, Object> values = new LinkedHashMap<>();
    columns.forEach(column -> values.put(column.name(), column.value().apply(one)));
    return values;
  }

  private static List<Column> columns(Class<?> record) {
    List<Column> columns = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true); // records of any package
      List<Column> own = columns(component);
      boolean addedLater = component.isAnnotationPresent(AddedLater.class);
      RecordColumns.Named named = component.getAnnotation(Named.class);
      if (named != null && named.value().length != own.size()) {
        throw new IllegalArgumentException(component + " has other than " + own.size() + " names");
      }
      for (int i = 0; i < own.size(); i++) {
        Column column = own.get(i);
        columns.add(
            new Column(
                named == null ? column.name() : named.value()[i],
                column.type(),
                addedLater || column.addedLater(),
                one -> {
                  Object value = plain(read(accessor, one));
                  return value == null ? null : column.value().apply(value);
                }));
      }
    }
    return columns;
  }

  private static List<Column> columns(RecordComponent component) {
    Type type = content(component.getGenericType(), Optional.class);
    if (type instanceof Class<?> record && record.isRecord()) {
      return of(record.asSubclass(Record.class)).columns;
    }
    String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return List.of(new Column(name, dataType(type), false, RecordColumns::cell));
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
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      return DataTypes.createMapType(
          dataType(map.getActualTypeArguments()[0]), dataType(map.getActualTypeArguments()[1]));
    }
    Class<?> plain = type instanceof Class<?> one ? one : Object.class;
    DataType known = plain.isEnum() ? DataTypes.StringType : TYPES.get(plain);
    if (known != null) {
      return known;
    }
    if (!plain.isRecord()) {
      throw new IllegalArgumentException("No column has the type " + type);
    }
    return of(plain.asSubclass(Record.class)).schema();
  }

  private static Object read(Method accessor, Object record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + accessor, e);
    }
  }

  /** Returns what an optional value holds, or null. */
  private static Object plain(Object value) {
    if (value instanceof OptionalDouble number) {
      return number.isPresent() ? (Double) number.getAsDouble() : null;
    }
    return value instanceof Optional<?> some ? some.orElse(null) : value;
  }

  private static Object cell(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    } else if (value instanceof Instant time) {
      return Timestamp.from(time);
    } else if (value instanceof Record record) {
      return of(record.getClass()).row(record);
    } else if (value instanceof List<?> list) {
      return list.stream().map(RecordColumns::cell).toArray();
    } else if (value instanceof Map<?, ?> map) {
      return scala(map);
    }
    return value;
  }

  /** Returns a map as a row takes it: Spark's encoder takes Scala's only. */
  private static HashMap<Object, Object> scala(Map<?, ?> values) {
    HashMap<Object, Object> scala = new HashMap<>();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }
}
