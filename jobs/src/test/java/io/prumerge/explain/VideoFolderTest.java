package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.Folders;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain --frames}: which frames of a folder are shown, and which flags go together. */
class VideoFolderTest {

  @TempDir private Path folder;

  private void frames(String... names) throws IOException {
    for (int i = 0; i < names.length; i++) {
      Files.write(folder.resolve(names[i]), new byte[] {(byte) i});
    }
  }

  private Visual.Video read(String protocol) {
    Folders folders = Folders.withoutSpark(Console.SILENT);
    return (Visual.Video)
        new VideoFolder(folders)
            .read(
                new org.apache.hadoop.fs.Path(folder.toString()),
                Optional.ofNullable(protocol).map(FrameProtocol::parse))
            .visual();
  }

  @Test
  void chosenFramesAreShownInTheirOrder() throws IOException {
    frames("frame-10-of-10.jpg", "frame-2-of-10.jpg", "frame-1-of-10.jpg");
    assertThatThrownBy(() -> read(null)).isInstanceOf(UsageException.class);
    for (int i = 3; i < 10; i++) {
      Files.write(folder.resolve("frame-" + i + "-of-10.jpg"), new byte[] {(byte) i});
    }

    Visual.Video video = read(null);

    assertThat(video.frames()).hasSize(10);
    assertThat(video.frames().get(1)).containsExactly(1);
    assertThat(video.frames().get(9)).containsExactly(0);
    assertThat(video.times()).isEqualTo(FrameTimes.steady(10, 2, true));
    assertThat(read("given:10").frames()).hasSize(10);
  }

  @Test
  void ofAllFramesARuleChooses() throws IOException {
    frames("1.png", "2.png", "3.png", "4.png", "5.png");
    Files.writeString(folder.resolve("frames.json"), "{\"fps\": 2, \"count\": 5}");

    assertThat(read("lmms-eval:3").frames().stream().map(frame -> frame[0]))
        .containsExactly((byte) 0, (byte) 2, (byte) 4);
    assertThat(read("lmms-eval:3").times().seconds()).containsExactly(0.0, 1.0, 2.0);
    assertThatThrownBy(() -> read(null))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has all frames of a video: say which are shown");
  }

  @Test
  void wrongFlagsAreSaid() {
    String[][] wrong = {
      {"There is nothing to explain"},
      {"are not explained together", "--image", "a.png", "--frames", "d"},
      {"chooses among frames", "--image", "a.png", "--frames-by", "lmms-eval:8"},
      {
        "is RULE:N, such as lmms-eval:8, not 'lmms-eval'",
        "--frames",
        "d",
        "--frames-by",
        "lmms-eval"
      },
      {"are one video already", "--frames", "d", "--together"},
    };
    for (String[] one : wrong) {
      String[] arguments = new String[one.length - 1 + 7];
      String[] common = {"explain", "--model", "m", "--method", "none", "--output", "o"};
      System.arraycopy(common, 0, arguments, 0, 7);
      System.arraycopy(one, 1, arguments, 7, one.length - 1);
      assertThat(CommandLineRun.of(arguments).err()).contains(one[0]);
    }
  }
}
