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
import java.util.List;
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
    List<List<RgbImage>> rows = new ArrayList<>();
    for (double quantile : QUANTILES) {
      Row image = ordered.get((int) Math.round(quantile * (ordered.size() - 1)));
      rows.add(row(pictures, kept, image.getString(0), image.getInt(1)));
    }
    kept.unpersist();
    Files.write(file, PngWriter.write(KeptPatches.table(rows, GAP)));
  }

  private static String[] usingImage() {
    return new String[] {"benchmark", "split", "image_id"};
  }

  private static List<RgbImage> row(
      Dataset<Row> pictures, Dataset<Row> kept, String image, int patches) throws ImageException {
    byte[] bytes =
        pictures.where(col("image_id").equalTo(image)).select("image").first().getAs("image");
    RgbImage picture = ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
    int side = (int) Math.round(Math.sqrt(patches));
    List<RgbImage> row = new ArrayList<>();
    row.add(KeptPatches.drawn(picture, side, IntStream.range(0, patches).boxed().toList(), SCALE));
    for (String method : METHODS) {
      List<Integer> indices =
          kept.where(col("image_id").equalTo(image).and(col("method").equalTo(method)))
              .select("kept")
              .first()
              .getList(0);
      row.add(KeptPatches.drawn(picture, side, indices, SCALE));
    }
    return row;
  }
}
