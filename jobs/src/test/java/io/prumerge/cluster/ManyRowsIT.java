package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalLake;
import io.prumerge.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million rows with pictures, {@code soak.rows}, are prepared with 2 GiB on two cores: all but
 * their ids is streamed.
 */
@Tag("soak")
@Tag("process")
class ManyRowsIT {

  private static final long ROWS = Long.getLong("soak.rows");
  private static final int MINUTES = 120;
  private static final SparkSession SPARK = LocalSpark.session();

  private static final StructType QUESTIONS =
      StructType.fromDDL("id STRING, image BINARY, question STRING, answer STRING, shop STRING");

  @TempDir private static Path work;

  @BeforeAll
  static void write() {
    SPARK
        .range(0, ROWS, 1, 8)
        .map((MapFunction<Long, Row>) ManyRowsIT::question, Encoders.row(QUESTIONS))
        .write()
        .partitionBy("shop")
        .parquet(work.resolve("data").toString());
  }

  private static Row question(long number) {
    return RowFactory.create(
        "q" + number, picture(number), "Which picture is this?", "" + number, "s" + number % 3);
  }

  /** Returns noise, a kilobyte of PNG. */
  private static byte[] picture(long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /**
   * Prepares the rows.
   *
   * @param data as a benchmark file names them
   */
  private static void prepare(String name, String data, Map<String, String> settings)
      throws IOException, InterruptedException {
    Path file =
        Files.writeString(
            work.resolve(name + ".yaml"),
            """
            name: %s
            data: %s
            columns: {id: id, image: image, question: question, answers: answer, category: shop}
            score: {exact: {rule: exact}}
            """
                .formatted(name, data));
    Path examples = work.resolve(name + ".examples");
    Instant start = Instant.now();

    SparkSubmit.Result result =
        SparkSubmit.to("local[2]", work, SparkHome.in(work), settings, Map.of())
            .withHeap("2g")
            .start(
                Path.of(System.getProperty("cluster.jar")),
                "prepare",
                "--benchmark",
                file.toString(),
                "--output",
                examples.toString())
            .result(MINUTES);

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.err())
        .contains(
            String.format(
                Locale.ROOT,
                "Counted %1$,d rows of the benchmark: %1$,d became questions; %1$,d questions; %1$,d"
                    + " pictures: %1$,d found",
                ROWS));
    assertThat(SPARK.read().parquet(examples.toString()).where("width = 20").count())
        .isEqualTo(ROWS);
    System.out.printf(
        "soak: %,d rows of %s prepared in %s%n",
        ROWS, data, Duration.between(start, Instant.now()));
  }

  @Test
  void ofAFolder() throws Exception {
    prepare("folder", "data", Map.of());
  }

  @Test
  void ofATable() throws Exception {
    Path lake = work.resolve("lake");
    LocalLake.in(lake);
    SPARK.read().parquet(work.resolve("data").toString()).writeTo("lake.many.rows").create();
    Map<String, String> settings = new HashMap<>(LocalLake.settings(lake));
    settings.put("spark.jars", AppJar.holding(SparkCatalog.class));
    prepare("table", "table:lake.many.rows", settings);
  }
}
