package io.prumerge.demo;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;

import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A picture of the patches that methods keep: one row per image, from few tokens at the top to many
 * at the bottom.
 */
final class KeptPicture {

  /** The images shown, as quantiles of the number of tokens that PruMerge leaves. */
  private static final double[] QUANTILES = {0, 0.35, 0.65, 1};

  private static final List<String> METHODS =
      List.of("prumerge", "prumerge+", "uniform:tokens=@prumerge", "random:tokens=@prumerge");

  private static final int SCALE = 1;
  private static final int GAP = 8;

  private KeptPicture() {}

  /**
   * Writes the PNG: each image itself, then its kept patches under each of {@link #METHODS}.
   *
   * @param examples an examples table
   * @param run folder of a finished run over it that has these methods
   */
  static void write(SparkSession spark, String examples, String run, Path file)
      throws IOException, ImageException {
    Dataset<Row> pictures = Table.EXAMPLES.read(spark, List.of(examples));
    Dataset<Row> kept =
        Table.PREDICTIONS
            .read(spark, List.of(run + "/" + Table.PREDICTIONS.folder()))
            .where(col("kept_indices").isNotNull())
            .join(pictures.select("benchmark", "split", "image_id"), usingImage(), "left_semi")
            .groupBy("image_id", "method")
            .agg(
                first("kept_indices").as("kept"),
                first("visual_tokens_after").as("tokens"),
                first("visual_tokens_before").as("patches"))
            .cache();
    List<Row> ordered =
        kept.where(col("method").equalTo(METHODS.get(0)))
            .orderBy("tokens", "image_id")
            .select("image_id", "patches")
            .collectAsList();
    List<Row> shown = new ArrayList<>();
    for (double quantile : QUANTILES) {
      shown.add(ordered.get((int) Math.round(quantile * (ordered.size() - 1))));
    }
    Object[] images = shown.stream().map(row -> row.getString(0)).toArray();
    Map<String, Map<String, List<Integer>>> indices = new HashMap<>();
    for (Row row : kept.where(col("image_id").isin(images)).collectAsList()) {
      indices
          .computeIfAbsent(row.getAs("image_id"), absent -> new HashMap<>())
          .put(row.getAs("method"), row.getList(row.fieldIndex("kept")));
    }
    kept.unpersist();
    Map<String, byte[]> files = new HashMap<>();
    for (Row row :
        pictures.where(col("image_id").isin(images)).select("image_id", "image").collectAsList()) {
      files.put(row.getString(0), row.getAs("image"));
    }
    List<List<RgbImage>> rows = new ArrayList<>();
    for (Row image : shown) {
      String id = image.getString(0);
      rows.add(row(files.get(id), indices.get(id), image.getInt(1)));
    }
    Files.write(file, PngWriter.write(KeptPatches.table(rows, GAP)));
  }

  private static String[] usingImage() {
    return new String[] {"benchmark", "split", "image_id"};
  }

  private static List<RgbImage> row(byte[] file, Map<String, List<Integer>> kept, int patches)
      throws ImageException {
    RgbImage picture = ImageDecoder.decode(file, ImageLimits.DEFAULT);
    int side = (int) Math.round(Math.sqrt(patches));
    List<RgbImage> row = new ArrayList<>();
    row.add(KeptPatches.drawn(picture, side, IntStream.range(0, patches).boxed().toList(), SCALE));
    for (String method : METHODS) {
      row.add(KeptPatches.drawn(picture, side, kept.get(method), SCALE));
    }
    return row;
  }
}
