package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.ExampleRow;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.Table;
import io.prumerge.view.OpenViewer;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The viewer's and the report's pages of a run about videos. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("spark")
@Tag("model")
class ViewVideosTest {

  private static final String HOSTILE = "<script>alert(1)</script>\"&";

  @TempDir private static Path temp;

  private Path run;
  private Viewer viewer;
  private ViewServer server;

  @BeforeAll
  void start() throws Exception {
    Path examples = temp.resolve("examples");
    ExampleRow one = MadeUpVideos.there(1);
    ExampleVideo video = one.video();
    ExampleRow named =
        new ExampleRow(
            one.benchmark(),
            one.split(),
            HOSTILE,
            null,
            one.imageSha256(),
            one.width(),
            one.height(),
            one.questions(),
            null,
            new ExampleVideo(
                HOSTILE,
                video.sourceFrames(),
                video.sourceFps(),
                null,
                null,
                false,
                video.frames(),
                video.protocols(),
                null));
    Table.EXAMPLES.write(
        LocalSpark.session(), List.of(named, MadeUpVideos.missing(3)), examples.toString());
    run = temp.resolve("run");
    CommandLineRun evaluated =
        CommandLineRun.of(
            Stream.of(
                    "evaluate --device cpu --dtype fp32 --max-error-rate 1 --method none"
                        .split(" "),
                    new String[] {"--model", MadeUpVideos.MODEL.toString()},
                    new String[] {"--examples", examples.toString(), "--output", run.toString()},
                    new String[] {"--frames-by", "lmms-eval", "--frames", "4"})
                .flatMap(Stream::of)
                .toArray(String[]::new));
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    viewer = OpenViewer.of(run.toString());
    server = ViewServer.start(viewer, "127.0.0.1", 0);
  }

  @AfterAll
  void stop() {
    server.close();
    viewer.close();
  }

  private <T> HttpResponse<T> get(String page, HttpResponse.BodyHandler<T> body) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(server.address(page)).build(), body);
  }

  private String page(String page) throws Exception {
    HttpResponse<String> answer =
        get(page, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String key(int question) {
    return "at.benchmark=custom&at.split=test&at.id=" + question;
  }

  @Test
  void listsTheVideoWithItsProtocol() throws Exception {
    assertThat(page("questions"))
        .contains("\"video\":\"v3 · lmms-eval:4\"")
        .contains(HOSTILE.replace("\"", "\\\"") + " · lmms-eval:4");
  }

  @Test
  void showsTheChosenFramesWithTheirTimes() throws Exception {
    String page = page("question?" + key(10));
    assertThat(page)
        .contains("4 of 4 frames of lmms-eval:4", "Kept patches of videos are not drawn.")
        .contains("frame 1, 0.0 s", "frame 2, 0.5 s", "frame 3, 1.5 s", "frame 4, 2.0 s")
        .contains("<dt>video</dt>", "&lt;script&gt;alert(1)", "<span>frames by lmms-eval:4</span>")
        .doesNotContain("<script>alert", "no picture", "picture of the prompt");
    byte[][] frames = new byte[4][];
    for (int i = 0; i < 4; i++) {
      HttpResponse<byte[]> frame =
          get(
              "picture?" + key(10) + "&protocol=lmms-eval:4&number=" + i,
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(frame.statusCode()).isEqualTo(200);
      assertThat(frame.headers().firstValue("Content-Type").orElse("")).startsWith("image/");
      frames[i] = frame.body();
    }
    assertThat(Stream.of(frames).map(Arrays::hashCode).distinct()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&protocol=lmms-eval:4&number=4",
        "&protocol=lmms-eval:4&number=1e300",
        "&protocol=qwen2:4&number=0",
        "&protocol=../examples&number=0",
        "&aspect=stretch&number=0",
      })
  void servesOnlyFramesThatTheRunSaw(String frame) throws Exception {
    assertThat(
            get("picture?" + key(10) + frame, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void saysThatFramesAreMissing() throws Exception {
    assertThat(page("question?" + key(30)))
        .contains("The frames of lmms-eval:4 are not here", "video_missing: no folder")
        .doesNotContain("<img");
  }

  @Test
  void theReportShowsTheChosenFrames() throws Exception {
    assertThat(Files.readString(run.resolve("report/report.html")))
        .contains("4 of 4 frames of lmms-eval:4", "frames of lmms-eval:4: not available")
        .containsOnlyOnce("<figcaption>frame 2, 0.5 s</figcaption>")
        .containsOnlyOnce("Kept patches of videos are not drawn.")
        .contains("<image id=\"picture-3\" ")
        .doesNotContain("<image id=\"picture-4\" ", "picture not available", "<h2>Images whose");
  }
}
