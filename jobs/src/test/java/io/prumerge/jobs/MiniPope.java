package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

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
      folder = temporary();
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

  private static Path temporary() {
    try {
      File folder = Files.createTempDirectory("mini-pope").toFile();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> FileUtils.deleteQuietly(folder)));
      return folder.toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
