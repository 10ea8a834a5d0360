package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.ImageParquet;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
import io.prumerge.store.VideoProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos need memory for one of them at a time, however many there are: in small heaps. */
@Tag("process")
@Tag("slow")
class VideoMemoryTest {

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

  private String inHeap(String heap, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + System.getProperty("jvm.options"));
    Collections.addAll(command, System.getProperty("jvm.tests").split(" "));
    command.add("-Xmx" + heap);
    command.add("-Dproject.root=" + System.getProperty("project.root"));
    command.add("-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Collections.addAll(command, arguments);
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
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
      VideoProtocol protocol = new VideoProtocol("lmms-eval", FRAMES, null, chosen, null);
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
