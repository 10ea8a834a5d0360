package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.prumerge.LocalSpark;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.store.VideoFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests evaluate with videos for a model behind a service. */
@Tag("spark")
class VideoEndpointRunTest {

  private static final int FRAMES = 4;
  private static final String VIDEO = "data:video/jpeg;base64,";
  private static final String UNSEEN = "it does not see all frames, or sees them smaller";

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void examples() throws Exception {
    Table.EXAMPLES.write(
        LocalSpark.session(),
        List.of(inJpeg(MadeUpVideos.there(1)), inJpeg(MadeUpVideos.there(2))),
        shared.resolve("jpeg").toString());
    Table.EXAMPLES.write(
        LocalSpark.session(), List.of(MadeUpVideos.there(1)), shared.resolve("png").toString());
  }

  private static ExampleRow inJpeg(ExampleRow row) throws Exception {
    List<VideoFrame> frames = new ArrayList<>();
    for (VideoFrame frame : row.video().frames()) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(
          ImageDecoder.decode(frame.image(), ImageLimits.DEFAULT).buffered(), "jpeg", file);
      frames.add(new VideoFrame(frame.index(), frame.seconds(), file.toByteArray()));
    }
    ExampleVideo video = row.video();
    return new ExampleRow(
        row.benchmark(),
        row.split(),
        row.imageId(),
        null,
        null,
        row.width(),
        row.height(),
        row.questions(),
        null,
        new ExampleVideo(
            video.name(),
            video.sourceFrames(),
            video.sourceFps(),
            video.start(),
            video.end(),
            video.fpsAssumed(),
            frames,
            video.protocols(),
            video.error()));
  }

  private CommandLineRun evaluate(EndpointServer server, String examples, String videoAs) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--model", server.model(), "--method", "none"));
    arguments.addAll(List.of("--examples", shared.resolve(examples).toString()));
    arguments.addAll(List.of("--output", folder.resolve("run").toString()));
    arguments.addAll(List.of("--frames-by", "lmms-eval", "--video-as", videoAs));
    arguments.addAll(List.of("--max-error-rate", "1"));
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /** Returns the number of frames that a request has. */
  private static int frames(EndpointServer.Asked asked) {
    return asked.visuals().stream().mapToInt(one -> one.split(",").length - 1).sum();
  }

  private static void saysWithTokens(HttpExchange exchange, int frames) throws IOException {
    EndpointServer.says(exchange, "yes", 12, 10 * frames);
  }

  private List<String> caveats() {
    return Metric.TABLE
        .read(LocalSpark.session(), List.of(folder.resolve("run/report/metrics").toString()))
        .selectExpr("coalesce(caveat, '')")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void aVideoIsSentInOnePart() throws Exception {
    try (EndpointServer server =
        new EndpointServer((exchange, asked) -> saysWithTokens(exchange, frames(asked)))) {
      evaluate(server, "jpeg", "frames");

      assertThat(server.asked).hasSize(4);
      assertThat(server.asked)
          .allMatch(one -> one.visuals().size() == 1 && one.image().startsWith(VIDEO))
          .allMatch(one -> frames(one) == FRAMES);
      assertThat(server.asked.stream().map(EndpointServer.Asked::image).distinct()).hasSize(2);
      assertThat(server.probes).as("a picture, 4 and 2 frames").hasValue(3);
      assertThat(caveats()).isNotEmpty().noneMatch(one -> one.contains(UNSEEN));
    }
  }

  @Test
  void eachFrameIsSentAsAPicture() throws Exception {
    try (EndpointServer server =
        new EndpointServer((exchange, asked) -> saysWithTokens(exchange, frames(asked)))) {
      evaluate(server, "png", "pictures");

      assertThat(server.asked).hasSize(2);
      byte[][] sent = new byte[FRAMES][];
      for (int i = 0; i < FRAMES; i++) {
        String uri = server.asked.get(0).visuals().get(i);
        sent[i] = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
      }
      assertThat(sent)
          .as("in the order of time")
          .isDeepEqualTo(
              new byte[][] {
                MadeUpVideos.frame(1, 0),
                MadeUpVideos.frame(1, 1),
                MadeUpVideos.frame(1, 3),
                MadeUpVideos.frame(1, 4)
              });
    }
  }

  @Test
  void framesThatAreNotSeenAreACaveatOfTheFigures() throws Exception {
    try (EndpointServer server =
        new EndpointServer(
            (exchange, asked) -> saysWithTokens(exchange, Math.min(2, frames(asked))))) {
      CommandLineRun run = evaluate(server, "jpeg", "frames");

      String doubt =
          "The endpoint "
              + server.model()
              + " counts 20 visual tokens for a video of 4 frames, and 20 for one of 2: "
              + UNSEEN;
      assertThat(run.err()).contains("warning: " + doubt + ". vLLM takes 32 frames");
      assertThat(caveats()).isNotEmpty().allMatch(one -> one.equals(doubt));
      assertThat(Files.readString(folder.resolve("run/report/report.html"))).contains(UNSEEN);
      assertThat(Files.readString(folder.resolve("run/manifest.json"))).contains(UNSEEN);
    }
  }

  @Test
  void onlyJpegFramesAreSentInOnePart() throws Exception {
    try (EndpointServer server =
        new EndpointServer((exchange, asked) -> saysWithTokens(exchange, frames(asked)))) {
      CommandLineRun run = evaluate(server, "png", "frames");

      assertThat(server.asked).isEmpty();
      assertThat(run.err() + run.out())
          .contains("video_unsupported: ", "prepare the benchmark from JPEG frames");
    }
  }
}
