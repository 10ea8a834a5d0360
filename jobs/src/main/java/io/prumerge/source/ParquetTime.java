package io.prumerge.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Days and times of Parquet as texts of ISO 8601: {@code 2026-03-01}, {@code 09:30:00}, {@code
 * 2026-03-01T09:30:00} of a time without a zone, {@code 2026-03-01T09:30:00Z} of a moment.
 */
final class ParquetTime {

  private ParquetTime() {}

  /** Returns the text of a value; empty if its type is no day or time. */
  static Optional<String> iso(Group group, int field, int index) {
    Type type = group.getType().getType(field);
    if (!type.isPrimitive()) {
      return Optional.empty();
    }
    PrimitiveType primitive = type.asPrimitiveType();
    if (primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return Optional.of(moment(impala(group.getInt96(field, index))));
    }
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (annotation instanceof DateLogicalTypeAnnotation) {
      return Optional.of(LocalDate.ofEpochDay(group.getInteger(field, index)).toString());
    }
    if (annotation instanceof TimeLogicalTypeAnnotation time) {
      boolean narrow = primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT32;
      long count = narrow ? group.getInteger(field, index) : group.getLong(field, index);
      long nanos = Math.multiplyExact(count, unit(time.getUnit()).getDuration().toNanos());
      return Optional.of(DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanos)));
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      Instant at = Instant.EPOCH.plus(group.getLong(field, index), unit(timestamp.getUnit()));
      return Optional.of(
          timestamp.isAdjustedToUTC()
              ? moment(at)
              : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                  LocalDateTime.ofInstant(at, ZoneOffset.UTC)));
    }
    return Optional.empty();
  }

  private static String moment(Instant at) {
    return DateTimeFormatter.ISO_INSTANT.format(at);
  }

  private static ChronoUnit unit(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> ChronoUnit.MILLIS;
      case MICROS -> ChronoUnit.MICROS;
      case NANOS -> ChronoUnit.NANOS;
    };
  }

  /** Reads nanoseconds of a day, then its Julian number, as Impala, Hive and Spark write them. */
  private static Instant impala(Binary bytes) {
    ByteBuffer buffer = bytes.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong();
    LocalDate day = LocalDate.EPOCH.with(JulianFields.JULIAN_DAY, buffer.getInt());
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().plusNanos(nanos);
  }
}
