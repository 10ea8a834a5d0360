package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.engine.ErrorKind;
import io.prumerge.image.codec.ForeignFormat;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageErrorKind;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The pictures and videos of an examples table, by what is wrong with them. They are looked at in
 * the table, so that parts that an earlier run wrote count as the others.
 *
 * @param found pictures that models can be shown
 * @param all one of each kind of fault, sorted
 */
record PictureFaults(long found, List<PictureFault> all) {

  private static final String MISSING =
      ErrorKind.valueOf(ImageErrorKind.IMAGE_MISSING.name()).label();

  /** SQL of the number of pictures in rows whose pictures can all be shown. */
  private static final String SHOWN =
      "coalesce(sum(if(width IS NULL, 0, 1 + if(more_images IS NULL, 0, size(more_images)))), 0)";

  /** SQL of whether a row has a picture or video that cannot be shown. */
  private static final String FAULTY = "image_id IS NOT NULL AND width IS NULL";

  /** SQL of why a video cannot be shown; null of pictures. */
  private static final String VIDEO_ERROR = "coalesce(video.error, get(video.protocols, 0).error)";

  private static final RecordColumns<PictureFault> COLUMNS = RecordColumns.of(PictureFault.class);

  PictureFaults {
    all = List.copyOf(all);
  }

  static PictureFaults of(SparkSession spark, Path table) {
    Dataset<Row> examples = Table.EXAMPLES.written(spark, List.of(table.toString()));
    Row counted = examples.agg(expr(SHOWN), count_if(expr(FAULTY))).first();
    long shown = counted.getLong(0);
    if (counted.getLong(1) == 0) {
      return new PictureFaults(shown, List.of());
    }
    List<PictureFault> looked =
        COLUMNS.collect(
            examples
                .where(FAULTY)
                .selectExpr("image_id", "image", "more_images", VIDEO_ERROR + " AS video_error")
                .flatMap(
                    (FlatMapFunction<Row, Row>) PictureFaults::pictures,
                    Encoders.row(COLUMNS.schema()))
                .groupBy("error", "format")
                .agg(
                    expr("sum(pictures) AS pictures"), expr("min(struct(image, message)) AS first"))
                .select(
                    col("error"),
                    col("format"),
                    col("pictures"),
                    col("first.image"),
                    col("first.message"))
                .orderBy("error", "format"));
    long among =
        looked.stream().filter(PictureFault::isNone).mapToLong(PictureFault::pictures).sum();
    return new PictureFaults(
        shown + among, looked.stream().filter(fault -> !fault.isNone()).toList());
  }

  /** Returns each picture of a row of which one cannot be shown. */
  private static Iterator<Row> pictures(Row row) {
    if (!row.isNullAt(3)) {
      return List.of(COLUMNS.row(ofVideo(row.getString(0), row.getString(3)))).iterator();
    }
    List<byte[]> images = new ArrayList<>();
    images.add(row.getAs("image"));
    if (!row.isNullAt(2)) {
      images.addAll(row.getList(2));
    }
    return images.stream().map(image -> COLUMNS.row(fault(row.getString(0), image))).iterator();
  }

  /**
   * @param error as the questions have it: kind and message
   */
  private static PictureFault ofVideo(String name, String error) {
    String[] parts = error.split(": ", 2);
    return new PictureFault(parts[0], "", 1, name, parts[1]);
  }

  private static PictureFault fault(String name, byte[] image) {
    try {
      ImageDecoder.check(image, ImageLimits.DEFAULT);
      return PictureFault.none();
    } catch (ImageException e) {
      String format =
          image == null ? "" : ForeignFormat.of(image).map(ForeignFormat::words).orElse("");
      return new PictureFault(
          ErrorKind.valueOf(e.kind().name()).label(),
          e.kind() == ImageErrorKind.IMAGE_UNSUPPORTED ? format : "",
          1,
          name,
          e.getMessage());
    }
  }

  /** Returns the faults of pictures that are there. */
  List<PictureFault> refused() {
    return all.stream().filter(fault -> !fault.error().equals(MISSING)).toList();
  }

  /**
   * Returns the counts.
   *
   * @param named pictures that questions name, counted before they were read
   */
  PictureCounts counts(long named) {
    SortedMap<String, Long> refused = new TreeMap<>();
    refused().forEach(fault -> refused.merge(fault.error(), fault.pictures(), Long::sum));
    long missing =
        all.stream()
            .filter(fault -> fault.error().equals(MISSING))
            .mapToLong(PictureFault::pictures)
            .sum();
    return new PictureCounts(named, found, missing, refused);
  }
}
