package io.prumerge.report.page;

import static org.apache.spark.sql.functions.broadcast;

import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.RgbImage;
import io.prumerge.report.page.ChosenPicture.PictureKey;
import io.prumerge.spark.NamedRow;
import io.prumerge.store.Table;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
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
      Thumbnail.of(row.getAs("image"), ImageAspect.valueOf(square))
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

  /**
   * A small copy of the image as the model sees it: its middle square, all of it padded to a square
   * with CLIP's mean colour, or all of it stretched to one.
   */
  static final class Thumbnail {

    /** Largest side in pixels. */
    static final int SIDE = 224;

    /** 255 times CLIP's image_mean, rounded down as LLaVA does. */
    private static final Color MEAN = new Color(122, 116, 104);

    private Thumbnail() {}

    /**
     * Returns the image as PNG or JPEG, whichever is smaller.
     *
     * @param image encoded; null if there is none
     * @return empty if the image cannot be read
     */
    static Optional<Thumbnails.Made> of(byte[] image, ImageAspect aspect) {
      if (image == null) {
        return Optional.empty();
      }
      try {
        BufferedImage picture = buffered(ImageDecoder.decode(image, ImageLimits.DEFAULT));
        BufferedImage small =
            switch (aspect) {
              case AUTO, CROP -> square(middle(picture));
              case PAD, NATIVE -> square(picture);
              case ANYRES, STRETCH -> stretched(picture);
            };
        byte[] png = encoded(small, "png");
        byte[] jpeg = encoded(small, "jpeg");
        boolean exact = png.length <= jpeg.length;
        String uri =
            String.format(
                Locale.ROOT,
                "data:image/%s;base64,%s",
                exact ? "png" : "jpeg",
                Base64.getEncoder().encodeToString(exact ? png : jpeg));
        return Optional.of(new Thumbnails.Made(uri, picture.getWidth(), picture.getHeight()));
      } catch (ImageException e) {
        return Optional.empty();
      }
    }

    /** Scales down before padding: the square around a long image may be too large for memory. */
    private static BufferedImage square(BufferedImage picture) {
      int longer = Math.max(picture.getWidth(), picture.getHeight());
      int side = Math.min(longer, SIDE);
      int width = scaled(picture.getWidth(), side, longer);
      int height = scaled(picture.getHeight(), side, longer);
      Image small =
          side == longer
              ? picture
              : picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
      BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = square.createGraphics();
      pen.setColor(MEAN);
      pen.fillRect(0, 0, side, side);
      pen.drawImage(small, (side - width) / 2, (side - height) / 2, null);
      pen.dispose();
      return square;
    }

    private static BufferedImage stretched(BufferedImage picture) {
      int side = Math.min(Math.max(picture.getWidth(), picture.getHeight()), SIDE);
      BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = square.createGraphics();
      pen.drawImage(picture.getScaledInstance(side, side, Image.SCALE_AREA_AVERAGING), 0, 0, null);
      pen.dispose();
      return square;
    }

    private static int scaled(int length, int side, int longer) {
      return Math.max(1, (int) Math.round((double) length * side / longer));
    }

    private static BufferedImage middle(BufferedImage picture) {
      int side = Math.min(picture.getWidth(), picture.getHeight());
      int left = (picture.getWidth() - side) / 2;
      int top = (picture.getHeight() - side) / 2;
      return picture.getSubimage(left, top, side, side);
    }

    private static BufferedImage buffered(RgbImage image) {
      BufferedImage buffered =
          new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          int at = 3 * (y * image.width() + x);
          byte[] rgb = image.rgb();
          buffered.setRGB(
              x, y, (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF);
        }
      }
      return buffered;
    }

    private static byte[] encoded(BufferedImage image, String format) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        if (!ImageIO.write(image, format, out)) {
          throw new IllegalStateException("This Java runtime has no encoder for " + format);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot encode a picture as " + format, e);
      }
      return out.toByteArray();
    }
  }
}
