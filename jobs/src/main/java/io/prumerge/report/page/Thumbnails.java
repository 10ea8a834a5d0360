package io.prumerge.report.page;

import static org.apache.spark.sql.functions.broadcast;

import io.prumerge.image.ImageAspect;
import io.prumerge.report.page.ChosenPicture.PictureKey;
import io.prumerge.spark.NamedRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Thumbnails of examples; executors scale the images down. */
final class Thumbnails {

  /** An image and the way that made it square. */
  record Key(PictureKey picture, ImageAspect aspect) {}

  /**
   * A small copy of an image.
   *
   * @param uri its data URI
   * @param width of the image itself, in pixels
   * @param height of the image itself, in pixels
   */
  record Made(String uri, int width, int height) {}

  /** Largest side in pixels. */
  static final int SIDE = 224;

  private static final StructType PICTURES =
      StructType.fromDDL("benchmark STRING, split STRING, image_id STRING, image_sha256 STRING");

  private static final StructType MADE =
      StructType.fromDDL(
          "benchmark STRING, split STRING, image_id STRING, aspect STRING, uri STRING, width INT,"
              + " height INT");

  private Thumbnails() {}

  /**
   * Returns thumbnails of the images whose hash in the examples is still the expected one.
   *
   * @param examples rows of {@link Table#EXAMPLES}, if there are any
   * @param hashes SHA-256 of the wanted images
   */
  static Map<Key, Made> of(
      SparkSession spark,
      Optional<Dataset<Row>> examples,
      Map<PictureKey, String> hashes,
      Collection<ImageAspect> aspects) {
    if (examples.isEmpty() || hashes.isEmpty()) {
      return Map.of();
    }
    List<Row> wanted = new ArrayList<>();
    hashes.forEach(
        (picture, hash) ->
            wanted.add(
                RowFactory.create(picture.benchmark(), picture.split(), picture.id(), hash)));
    List<String> squares = aspects.stream().map(ImageAspect::name).toList();
    Dataset<Row> made =
        examples
            .get()
            .join(
                broadcast(spark.createDataFrame(wanted, PICTURES)),
                PICTURES.fieldNames(),
                "left_semi")
            .select("benchmark", "split", "image_id", "image")
            .flatMap(
                (FlatMapFunction<Row, Row>) row -> thumbnails(row, squares).iterator(),
                Encoders.row(MADE));
    Map<Key, Made> thumbnails = new HashMap<>();
    for (Row row : made.collectAsList()) {
      thumbnails.put(
          new Key(
              new PictureKey(row.getString(0), row.getString(1), row.getString(2)),
              ImageAspect.valueOf(row.getString(3))),
          new Made(row.getString(4), row.getInt(5), row.getInt(6)));
    }
    return thumbnails;
  }

  private static List<Row> thumbnails(Row row, List<String> squares) {
    List<Row> rows = new ArrayList<>();
    for (String square : squares) {
      SmallPicture.of(row.getAs("image"), ImageAspect.valueOf(square), SIDE)
          .ifPresent(
              made ->
                  rows.add(
                      new NamedRow(MADE)
                          .with("benchmark", row.getString(0))
                          .with("split", row.getString(1))
                          .with("image_id", row.getString(2))
                          .with("aspect", square)
                          .with("uri", made.uri())
                          .with("width", made.width())
                          .with("height", made.height())
                          .row()));
    }
    return rows;
  }
}
