package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.SharedFolder;
import java.nio.file.Path;

/**
 * Questions like POPE's about one of eight generated pictures, prepared once in a JVM. Tests only
 * read them.
 */
public final class MiniPope {

  private static final int IMAGES = 8;

  private static Path folder;

  private MiniPope() {}

  /** Returns the folder of the examples. */
  public static Path examples() {
    return made().resolve("examples");
  }

  private static synchronized Path made() {
    if (folder == null) {
      folder = SharedFolder.made("mini-pope");
      Path data = folder.resolve("data");
      done("mini", "--split=test", "--seed=3", "--images=" + IMAGES, "--output=" + data);
      done(
          "prepare",
          "--benchmark=pope",
          "--source=" + data.resolve("pope"),
          "--output=" + folder.resolve("examples"));
    }
    return folder;
  }

  private static void done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
