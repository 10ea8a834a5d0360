package io.prumerge.report.page;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.image.processor.ImageAspect;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Thumbnails of a few of the frames that a run saw of a video; executors scale them down. */
final class FrameThumbnails {

  /** Largest side in pixels: eight have the bytes of two thumbnails of images. */
  static final int SIDE = 112;

  /** The frames of a video that a protocol chose. */
  record Key(PictureKey picture, String protocol) {}

  private record Wanted(PictureKey picture, String imageSha256) {}

  private static final RecordColumns<Wanted> WANTED = RecordColumns.of(Wanted.class);

  private record Clip(PictureKey picture, List<byte[]> images, List<Double> seconds) {}

  private static final RecordColumns<Clip> CLIP = RecordColumns.of(Clip.class);

  private record Made(PictureKey picture, SampledVideo video) {}

  private static final RecordColumns<Made> MADE = RecordColumns.of(Made.class);

  private FrameThumbnails() {}

  /**
   * Returns thumbnails of the videos whose frames in the examples are still the expected ones.
   *
   * @param examples rows of {@link Table#EXAMPLES}, if there are any
   * @param hashes of the wanted frames: SHA-256 of their hashes
   * @param aspects how models make frames square, by the protocols
   */
  static Map<Key, SampledVideo> of(
      SparkSession spark,
      Optional<Dataset<Row>> examples,
      Map<Key, String> hashes,
      Map<String, ImageAspect> aspects) {
    Map<Key, SampledVideo> all = new HashMap<>();
    if (examples.isPresent()) {
      hashes.keySet().stream()
          .map(Key::protocol)
          .distinct()
          .forEach(
              protocol -> {
                List<Wanted> wanted =
                    hashes.entrySet().stream()
                        .filter(one -> one.getKey().protocol().equals(protocol))
                        .map(one -> new Wanted(one.getKey().picture(), one.getValue()))
                        .toList();
                made(spark, examples.get(), protocol, wanted, aspects.get(protocol))
                    .forEach(one -> all.put(new Key(one.picture(), protocol), one.video()));
              });
    }
    return all;
  }

  private static List<Made> made(
      SparkSession spark,
      Dataset<Row> examples,
      String protocol,
      List<Wanted> wanted,
      ImageAspect aspect) {
    ChosenFrames frames = ChosenFrames.of(protocol).orElseThrow();
    List<Row> rows = wanted.stream().map(WANTED::row).toList();
    Object[] names = wanted.stream().map(one -> one.picture().id()).toArray();
    return MADE.collect(
        examples
            .where(col("image_id").isin(names)) // the files' other row groups are not read
            .withColumn("image_sha256", expr(frames.sha256()))
            .join(
                broadcast(spark.createDataFrame(rows, WANTED.schema())),
                WANTED.schema().fieldNames(),
                "left_semi")
            .withColumn("images", expr(frames.images()))
            .withColumn("seconds", expr(frames.seconds()))
            .selectExpr(CLIP.schema().fieldNames())
            .map(
                (MapFunction<Row, Row>) row -> MADE.row(made(CLIP.record(row), aspect)),
                Encoders.row(MADE.schema())));
  }

  private static Made made(Clip clip, ImageAspect aspect) {
    return new Made(
        clip.picture(),
        SampledVideo.of(
            clip.images().size(), clip.images()::get, clip.seconds()::get, aspect, SIDE));
  }
}
