package io.prumerge;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A random table of questions: columns of all types that questions use, under odd names, with nulls
 * and with values at the ends of their types.
 *
 * @param rows few
 * @param meanings which columns have what a benchmark's file asks for
 */
record RandomTable(StructType schema, List<Row> rows, Meanings meanings) {

  /**
   * What is in which columns, by their names, or {@code column.field} of structs.
   *
   * @param id empty = rows are numbered
   * @param extra of one value each
   * @param image pictures in any form; in one of texts they are base64
   */
  record Meanings(
      Optional<String> id,
      String question,
      String answers,
      String category,
      List<String> extra,
      String image) {

    /** Returns the same columns under other names. */
    Meanings renamed(Map<String, String> names) {
      return new Meanings(
          id.map(one -> names.getOrDefault(one, one)),
          names.getOrDefault(question, question),
          names.getOrDefault(answers, answers),
          names.getOrDefault(category, category),
          extra.stream().map(one -> names.getOrDefault(one, one)).toList(),
          names.getOrDefault(image, image));
    }

    /** Returns the same with other columns of one value. */
    Meanings with(List<String> others) {
      return new Meanings(id, question, answers, category, others, image);
    }

    /** Returns the {@code columns} of a benchmark's file. */
    Map<String, Object> columns() {
      Map<String, Object> columns = new HashMap<>();
      id.ifPresent(one -> columns.put("id", one));
      columns.put("question", question);
      columns.put("answers", answers);
      columns.put("category", category);
      columns.put("extra", extra);
      columns.put("image", image);
      return columns;
    }
  }

  /**
   * What a format can hold.
   *
   * @param nested whether lists, structs and bytes
   * @param lines whether texts of several lines
   * @param notNumbers whether numbers that are none
   * @param names that columns get
   */
  record Holding(boolean nested, boolean lines, boolean notNumbers, List<String> names) {}

  /** Names that Spark's formats keep. */
  static final List<String> ODD_NAMES =
      List.of(
          "a.b",
          "of two words",
          "größe",
          "x,y",
          "semi;colon",
          "it's",
          "grave's",
          "slash/",
          "back\\slash",
          "#",
          "%41",
          "a=b",
          "漢字",
          "UPPER",
          "_hidden",
          "[list]",
          "{brace}",
          "null",
          "1",
          "co:lon",
          "-dash",
          "🙂",
          "$1",
          "bar|",
          "(p)",
          "NaN",
          "true",
          "say \"so\"",
          "*",
          "!");

  /** Names that every catalog keeps. */
  static final List<String> PLAIN_NAMES =
      List.of("a_b", "größe", "漢字", "UPPER", "_hidden", "c1", "true", "order", "select", "c2");

  private static final List<String> PIECES =
      List.of(
          "a",
          "word",
          " ",
          "  ",
          "\"",
          "\\",
          "\\\"",
          "\"\"",
          ",",
          ";",
          "\t",
          "|",
          "'",
          "\\n",
          "#",
          "ï",
          "漢字",
          "🙂",
          "NA",
          "null",
          "None",
          "nan",
          "007",
          "1.0",
          "true",
          "1e5",
          "-",
          "\u00a0",
          "{a: 1}",
          "<b>",
          "$x",
          "%20",
          "[x]",
          "=",
          "/",
          "`",
          "&amp;",
          "é",
          "\u200b",
          "(",
          "||",
          "5\" disk");

  private static final List<String> LINES = List.of("\n", "\r\n", "\r", "\n\n", "\"\n", ",\n");

  private static final List<DataType> SIMPLE =
      List.of(
          DataTypes.StringType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.createDecimalType(5, 2),
          DataTypes.createDecimalType(18, 6),
          DataTypes.createDecimalType(38, 10),
          DataTypes.createDecimalType(20, 0),
          DataTypes.BooleanType,
          DataTypes.DateType,
          DataTypes.TimestampType,
          DataTypes.TimestampNTZType);

  /** Makes a table; the same for the same random numbers. */
  static RandomTable of(Random random, Holding holding) {
    return new Maker(random, holding).table();
  }

  /** Returns the rows, in up to so many parts. */
  Dataset<Row> in(SparkSession spark, int parts) {
    return spark.createDataFrame(rows, schema).coalesce(parts);
  }

  /** Returns some of the rows. */
  RandomTable from(int start, int end) {
    return new RandomTable(schema, rows.subList(start, end), meanings);
  }

  /** Returns the columns that a folder's names, or a change of the table, can have. */
  List<String> simple() {
    return meanings.extra().stream()
        .filter(Arrays.asList(schema.fieldNames())::contains)
        .filter(name -> !schema.apply(name).dataType().equals(DataTypes.BinaryType))
        .toList();
  }

  /** Returns a picture that can be told from others by its size. */
  static byte[] png(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(width - 1, 0, width * height);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static final class Maker {

    private final Random random;
    private final Holding holding;
    private final List<String> names;
    private final List<StructField> fields = new ArrayList<>();

    Maker(Random random, Holding holding) {
      this.random = random;
      this.holding = holding;
      names = new ArrayList<>(holding.names());
      Collections.shuffle(names, random);
    }

    RandomTable table() {
      Optional<String> id =
          random.nextInt(6) == 0
              ? Optional.empty()
              : Optional.of(column("id", pick(List.of(DataTypes.StringType, DataTypes.LongType))));
      String question = column("question", DataTypes.StringType);
      DataType answer = pick(SIMPLE);
      boolean list = holding.nested() && random.nextBoolean();
      String answers = column("answers", list ? DataTypes.createArrayType(answer) : answer);
      if (list && random.nextInt(3) == 0) {
        fields.remove(fields.size() - 1);
        answers =
            column(
                    "answers",
                    DataTypes.createArrayType(
                        new StructType().add("text", answer).add("by", DataTypes.StringType)))
                + ".text";
      }
      String category = column("category", pick(SIMPLE.subList(0, 5)));
      List<String> extra = new ArrayList<>();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        extra.add(column("extra", pick(SIMPLE)));
      }
      if (holding.nested()) {
        StructType inner = new StructType().add("c", pick(SIMPLE)).add("d e", pick(SIMPLE));
        String struct = column("struct", new StructType().add("a", pick(SIMPLE)).add("b", inner));
        extra.addAll(List.of(struct + ".a", struct + ".b.c", struct + ".b.d e"));
        extra.add(column("bytes", DataTypes.BinaryType));
        column("unasked", DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType));
      }
      String image = column("image", holding.nested() ? picture() : DataTypes.StringType);
      Collections.shuffle(fields, random);
      StructType schema = new StructType(fields.toArray(StructField[]::new));
      Meanings meanings = new Meanings(id, question, answers, category, extra, image);
      List<Row> rows = new ArrayList<>();
      int size = 3 + random.nextInt(8);
      for (int i = 0; i < size; i++) {
        rows.add(row(schema, meanings, i, size));
      }
      return new RandomTable(schema, rows, meanings);
    }

    private DataType picture() {
      DataType struct =
          new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
      return pick(
          List.of(
              DataTypes.BinaryType,
              struct,
              DataTypes.createArrayType(DataTypes.BinaryType),
              DataTypes.createArrayType(struct)));
    }

    private String column(String plain, DataType type) {
      boolean inner = type.json().contains("struct"); // which are named behind a dot
      String name =
          random.nextBoolean() && !names.isEmpty() && !(inner && names.get(0).contains("."))
              ? names.remove(0)
              : plain;
      while (fields.stream().map(StructField::name).anyMatch(name::equalsIgnoreCase)) {
        name += fields.size();
      }
      fields.add(DataTypes.createStructField(name, type, true));
      return name;
    }

    /** Makes a row; the first has all values, so that no column is without. */
    private Row row(StructType schema, Meanings meanings, int number, int size) {
      Object[] values = new Object[schema.size()];
      for (int i = 0; i < values.length; i++) {
        String name = schema.fieldNames()[i];
        DataType type = schema.fields()[i].dataType();
        boolean list = type instanceof ArrayType;
        if (meanings.id().equals(Optional.of(name))) {
          values[i] =
              type.equals(DataTypes.LongType)
                  ? (Object) ((1L << 53) + number)
                  : String.format("%03d%s", number, piece());
        } else if (name.equals(meanings.question())) {
          // At most one of three rows is left out for having none.
          values[i] = number > 3 && random.nextInt(8) == 0 ? null : "Q" + text();
        } else if (name.equals(meanings.image())) {
          values[i] = number > 0 && random.nextInt(6) == 0 ? null : picture(type, number);
        } else if (number > 0 && random.nextInt(6) == 0) {
          values[i] = null;
        } else if (list) {
          values[i] = list((ArrayType) type, number == 0 ? 1 : random.nextInt(4));
        } else if (type.equals(DataTypes.StringType)
            && List.of(meanings.answers(), meanings.category()).contains(name)) {
          values[i] = "t" + text(); // no text that spells a list
        } else {
          values[i] = value(type, number == 0);
        }
      }
      return RowFactory.create(values);
    }

    private List<Object> list(ArrayType type, int size) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(value(type.elementType(), true));
      }
      return list;
    }

    private Object picture(DataType type, int number) {
      byte[] png = png(4 + number, 3 + random.nextInt(5));
      if (type instanceof ArrayType list) {
        List<Object> pictures = new ArrayList<>(List.of(picture(list.elementType(), number)));
        for (int i = random.nextInt(3); i > 0; i--) {
          pictures.add(
              random.nextInt(4) == 0 ? null : picture(list.elementType(), 20 + number + 10 * i));
        }
        return pictures;
      }
      return type instanceof StructType
          ? RowFactory.create(png, random.nextBoolean() ? null : "p" + number + ".png")
          : type.equals(DataTypes.BinaryType) ? png : Base64.getEncoder().encodeToString(png);
    }

    /** Makes a value, sometimes null. */
    private Object value(DataType type, boolean present) {
      if (!present && random.nextInt(8) == 0) {
        return null;
      }
      if (type instanceof StructType struct) {
        Object[] values = new Object[struct.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(struct.fields()[i].dataType(), present);
        }
        return RowFactory.create(values);
      }
      if (type instanceof DecimalType decimal) {
        BigInteger digits = new BigInteger(random.nextInt(3 * decimal.precision()) + 1, random);
        return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), decimal.scale());
      }
      return switch (type.typeName()) {
        case "string" -> text();
        case "byte" -> (byte) random.nextInt();
        case "short" -> (short) random.nextInt();
        case "integer" -> pick(List.of(0, -1, Integer.MIN_VALUE, random.nextInt(100)));
        case "long" ->
            pick(List.of(0L, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE, random.nextLong()));
        case "float" -> number(random.nextInt(1000) / 10f, Float.intBitsToFloat(random.nextInt()));
        case "double" ->
            number(random.nextInt(1000) / 10d, Double.longBitsToDouble(random.nextLong()));
        case "boolean" -> random.nextBoolean();
        case "date" -> LocalDate.ofEpochDay(random.nextInt(40_000) - 20_000);
        case "timestamp" -> moment();
        case "timestamp_ntz" -> LocalDateTime.ofInstant(moment(), ZoneOffset.UTC);
        case "binary" -> text().getBytes(StandardCharsets.UTF_8);
        case "map" -> Map.of("k", 1);
        default -> throw new IllegalStateException("no value of " + type);
      };
    }

    private Object number(Number plain, Number any) {
      boolean finite = Double.isFinite(any.doubleValue());
      return random.nextBoolean() || !finite && !holding.notNumbers() ? plain : any;
    }

    private Instant moment() {
      long micros = pick(List.of(0L, 500_000L, (long) random.nextInt(1_000_000)));
      return Instant.ofEpochSecond(random.nextInt(), 1000 * micros);
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        text.append(piece());
      }
      return text.toString();
    }

    private String piece() {
      return holding.lines() && random.nextInt(5) == 0 ? pick(LINES) : pick(PIECES);
    }

    private <T> T pick(List<T> some) {
      return some.get(random.nextInt(some.size()));
    }
  }
}
