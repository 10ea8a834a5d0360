package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small checkpoint that answers questions about generated clips. */
@Tag("spark")
@Tag("model")
class MiniVideoModelTest {

  private static final Path MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava-video");

  private static final long MOST_BYTES = 11_000_000;

  @TempDir private Path folder;

  @Test
  void answersFromEightFramesWhatOneDoesNotTell() {
    String clips = folder.resolve("clips").toString();
    done("mini", "--video", "--split", "test", "--seed", "9", "--images", "24", "--output", clips);
    String run = folder.resolve("run").toString();
    done(
        "evaluate",
        "--benchmark",
        "mvbench",
        "--source",
        clips + "/mvbench",
        "--frames-by",
        "lmms-eval",
        "--frames",
        "8",
        "1",
        "--model",
        MODEL.toString(),
        "--method",
        "none",
        "--output",
        run,
        "--device",
        "cpu",
        "--dtype",
        "fp32");

    Map<String, Double> accuracies =
        Table.SCORES
            .read(LocalSpark.session(), List.of(run + "/scores"))
            .filter("profile = 'lmms-eval-strict'")
            .groupBy("protocol")
            .avg("score")
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
    assertThat(accuracies).containsOnlyKeys("lmms-eval:8", "lmms-eval:1");
    assertThat(accuracies.get("lmms-eval:8")).isGreaterThanOrEqualTo(0.7);
    assertThat(accuracies.get("lmms-eval:1"))
        .as("chance, 0.25, and three standard errors of 48 answers")
        .isLessThan(0.44);
  }

  private static void done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void isSmallEnoughForTheRepository() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
  }
}
