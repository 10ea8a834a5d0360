package io.prumerge.run;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.store.ExampleQuestion;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
import io.prumerge.store.VideoProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;

/** Examples of made-up videos, which a random model answers. */
public final class MadeUpVideos {

  /** The frames of a video as the two protocols of {@link #protocols} chose them. */
  private static final int FRAMES = 5;

  private static final int SIDE = 40;

  /** A random LLaVA-OneVision, whose tower sees an odd number of patches a side. */
  public static final Path MODEL =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/video/odd");

  /** A random Qwen2.5-VL, whose tower sees pairs of frames, with their seconds in its positions. */
  public static final Path SECONDS =
      Path.of(System.getProperty("project.root"), "udfs/src/test/resources/goldens/qwen")
          .resolve("qwen2_5_vl/tied");

  private MadeUpVideos() {}

  /** Returns a frame of noise. */
  public static byte[] frame(int video, int index) {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    new Random(100L * video + index).nextBytes(rgb);
    return PngWriter.write(new RgbImage(SIDE, SIDE, rgb));
  }

  private static List<VideoProtocol> protocols() {
    return List.of(
        new VideoProtocol("lmms-eval", 4, null, List.of(0, 1, 3, 4), null, 1.6, false),
        new VideoProtocol("qwen2", 4, null, List.of(0, 1, 2, 3), null, 1.6, false));
  }

  private static ExampleQuestion question(int id) {
    return new ExampleQuestion(
        Integer.toString(id),
        "What is it? " + id,
        "What is it?",
        "any",
        List.of("yes"),
        List.of(),
        2,
        Map.of());
  }

  private static ExampleRow row(String id, ExampleVideo video, String sha256, int question) {
    return new ExampleRow(
        "custom",
        "test",
        id,
        null,
        sha256,
        sha256 == null ? null : SIDE,
        sha256 == null ? null : SIDE,
        List.of(question(question), question(question + 1)),
        null,
        video);
  }

  /** Returns the row of a video that is there. */
  static ExampleRow there(int number) {
    List<VideoFrame> frames = new ArrayList<>();
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    for (int i = 0; i < FRAMES; i++) {
      byte[] image = frame(number, i);
      hashes.writeBytes(Sha256.of(image));
      frames.add(new VideoFrame(2 * i, i / 2.0, image));
    }
    String name = "v" + number;
    ExampleVideo video =
        new ExampleVideo(name, 10, 4.0, null, null, false, frames, protocols(), null);
    return row(name, video, Sha256.hex(hashes.toByteArray()), 10 * number);
  }

  /** Returns the row of a video that is not there. */
  static ExampleRow missing(int number) {
    String name = "v" + number;
    ExampleVideo video =
        new ExampleVideo(
            name, null, null, null, null, false, null, protocols(), "video_missing: no folder");
    return row(name, video, null, 10 * number);
  }

  /** Writes a table of three videos, the last of which is not there. */
  public static Path write(SparkSession spark, Path folder) {
    List<ExampleRow> rows = List.of(there(1), there(2), missing(3));
    Table.EXAMPLES.write(spark, rows, folder.toString());
    return folder;
  }
}
