package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.jobs.Main;
import io.prumerge.jobs.OwnJvm;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
import io.prumerge.store.VideoProtocol;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos need memory for one of them at a time, however many there are: in small heaps. */
@Tag("process")
@Tag("slow")
class VideoMemoryTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/video/odd");

  private static final String HEAP = "1500m";
  private static final int LONG = 768;
  private static final int VIDEOS = 2_000;
  private static final int FRAMES = 32;
  private static final int FRAME_BYTES = 20 << 10;

  @TempDir private Path folder;

  /** They have 1.3 GB. */
  @Test
  void twoThousandVideosAreReadWithOneGigabyte() throws Exception {
    assertThat(inHeap("1g", ManyVideos.class, folder.resolve("table").toString()))
        .contains(VIDEOS + " videos, " + (long) VIDEOS * FRAMES * FRAME_BYTES + " bytes");
  }

  /** Its frames have 2.8 MB each, 1.1 GB in all. */
  @Test
  void aVideoThatTheHeapCannotHoldIsRefusedWithWhatItTakes() throws Exception {
    Path frames = Files.createDirectories(folder.resolve("frames/film"));
    byte[] noise = new byte[3 * 1280 * 720];
    new Random(1).nextBytes(noise);
    Path frame =
        Files.write(folder.resolve("f.png"), PngWriter.write(new RgbImage(1280, 720, noise)));
    for (int i = 0; i < 400; i++) {
      Files.createLink(frames.resolve(i + ".png"), frame);
    }

    Process process =
        OwnJvm.start(
            "1g",
            folder.resolve("log"),
            Main.class,
            "prepare",
            "--frames-by",
            "lmms-eval:400",
            "--benchmark",
            benchmark().toString(),
            "--output",
            folder.resolve("films.examples").toString());

    assertThat(process.waitFor()).isEqualTo(ExitCode.FAILED);
    assertThat(Files.readString(folder.resolve("log")))
        .contains(
            "Cannot prepare 'film.mp4' with ",
            " MiB of memory: its 400 pictures or frames have about 1,11",
            "Give it 5 GiB, by spark.driver.memory or --driver-memory",
            "fewer frames by --frames")
        .doesNotContain("OutOfMemoryError");
  }

  private Path benchmark() throws IOException {
    Files.writeString(
        folder.resolve("films.jsonl"),
        "{\"id\": 1, \"video\": \"film.mp4\", \"q\": \"What?\", \"answer\": \"yes\"}");
    return Files.writeString(
        folder.resolve("films.yaml"),
        """
        name: films
        data: films.jsonl
        images: frames
        columns: {id: id, video: video, question: q, answer: answer}
        """);
  }

  /** Its frames have 1280 x 720 pixels, 2.1 GB when all are decoded, and about 100 KB each. */
  @Test
  @Tag("soak")
  void oneLongVideoGoesThroughAllCommandsWithOneAndAHalf() throws Exception {
    Path frames = Files.createDirectories(folder.resolve("frames/film"));
    List<byte[]> few = List.of(frame(0), frame(1), frame(2), frame(3));
    for (int i = 0; i < LONG; i++) {
      Files.write(frames.resolve(i + ".jpg"), few.get(i % few.size()));
    }
    String table = folder.resolve("films.examples").toString();
    String run = folder.resolve("run").toString();

    inHeap(
        HEAP,
        Main.class,
        ("prepare --frames-by lmms-eval --frames " + LONG + " --source-fps 1 --benchmark")
            .split(" "),
        benchmark().toString(),
        "--output",
        table);
    inHeap(
        HEAP,
        Main.class,
        "evaluate --device cpu --dtype fp32 --method none divprune:tokens=25% --model".split(" "),
        MODEL.toString(),
        "--examples",
        table,
        "--output",
        run);
    inHeap(
        HEAP,
        Main.class,
        new String[] {"report"},
        "--runs",
        run,
        "--output",
        folder.resolve("report").toString());

    List<Row> rows =
        Table.PREDICTIONS
            .read(LocalSpark.session(), List.of(run + "/predictions"))
            .selectExpr("method", "error", "visual_tokens_before")
            .orderBy("method")
            .collectAsList();
    int tokens = LONG * 3 * 3 + 1;
    assertThat(rows)
        .containsExactly(
            RowFactory.create("divprune:tokens=25%", null, tokens),
            RowFactory.create("none", null, tokens));
  }

  private static byte[] frame(int number) throws IOException {
    BufferedImage noise = new BufferedImage(160, 90, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(number);
    for (int i = 0; i < 160 * 90; i++) {
      noise.setRGB(i % 160, i / 160, random.nextInt());
    }
    BufferedImage frame = new BufferedImage(1280, 720, BufferedImage.TYPE_INT_RGB);
    frame.createGraphics().drawImage(noise, 0, 0, 1280, 720, null);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(frame, "jpeg", file);
    return file.toByteArray();
  }

  private void inHeap(String heap, Class<?> main, String[] first, String... more) throws Exception {
    inHeap(heap, main, Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private String inHeap(String heap, Class<?> main, String... arguments) throws Exception {
    Path log = folder.resolve("log");
    Process process = OwnJvm.start(heap, log, main, arguments);
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    return Files.readString(log);
  }

  /** Writes videos to the folder that its argument names, and reads them as a run does. */
  static final class ManyVideos {

    private ManyVideos() {}

    public static void main(String... arguments) throws IOException {
      SparkSession spark = LocalSpark.session();
      Dataset<Row> rows =
          spark
              .range(0, VIDEOS, 1, 2)
              .map((MapFunction<Long, Row>) ManyVideos::row, Encoders.row(Table.EXAMPLES.schema()));
      ImageParquet.write(rows, arguments[0]);
      Row read =
          Table.EXAMPLES
              .read(spark, List.of(arguments[0]))
              .selectExpr("video.name", "video.frames.image AS images")
              .map((MapFunction<Row, Long>) ManyVideos::bytes, Encoders.LONG())
              .selectExpr("count(*)", "sum(value)")
              .first();
      System.out.println(read.getLong(0) + " videos, " + read.getLong(1) + " bytes");
    }

    private static Row row(long number) {
      Random random = new Random(number);
      List<VideoFrame> frames =
          IntStream.range(0, FRAMES)
              .mapToObj(
                  place -> {
                    byte[] image = new byte[FRAME_BYTES];
                    random.nextBytes(image);
                    return new VideoFrame(place, (double) place, image);
                  })
              .toList();
      List<Integer> chosen = IntStream.range(0, FRAMES).boxed().toList();
      VideoProtocol protocol =
          new VideoProtocol("lmms-eval", FRAMES, null, chosen, null, 1.0, false);
      String name = Long.toString(number);
      ExampleVideo video =
          new ExampleVideo(name, FRAMES, 1.0, null, null, false, frames, List.of(protocol), null);
      ExampleRow row =
          new ExampleRow("b", "s", name, null, null, null, null, List.of(), null, video);
      return Table.EXAMPLES.row(row);
    }

    private static long bytes(Row row) {
      return row.<byte[]>getList(1).stream().mapToLong(image -> image.length).sum();
    }
  }
}
