package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.ChunkFolder;
import io.prumerge.cluster.Waiting;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.Main;
import io.prumerge.jobs.OwnJvm;
import io.prumerge.jobs.SameResult;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about videos whose process is killed, by SIGKILL, and that are given again. */
@Tag("process")
@Tag("soak")
class KilledVideosTest {

  private static final String HEAP = "1g";

  /** Chunks of a run, which is one for each of two protocols. */
  private static final int CHUNKS = 4;

  /** Clips of 2 videos, in 5 parts of 256 and what is left. */
  private static final int CLIPS = 1100;

  private static final int FRAMES = 6;

  @TempDir private Path folder;

  /** Starts a command, waits, and kills it. */
  private void killed(String what, Waiting.Condition until, List<String> arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process process = OwnJvm.start(HEAP, log, Main.class, arguments.toArray(String[]::new));
    try {
      Waiting.until(what, () -> until.holds() || !process.isAlive());
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(Files.readString(log)).isEqualTo(137); // 128 + SIGKILL
  }

  private static void done(List<String> arguments) {
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static List<String> rows(Table<?> table, Path of, String... without) {
    return table
        .read(LocalSpark.session(), List.of(of.toString()))
        .drop(without)
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  private static List<String> evaluate(Path examples, Path run, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--model", MadeUpVideos.MODEL.toString()));
    arguments.addAll(List.of("--examples", examples.toString(), "--output", run.toString()));
    arguments.addAll(List.of("--frames-by", "lmms-eval", "qwen2", "--frames", "4"));
    arguments.addAll(List.of("--method", "none", "divprune:tokens=25%"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-error-rate", "1"));
    arguments.addAll(List.of("--chunks", Integer.toString(CHUNKS)));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Once in the run of each protocol. */
  @Test
  void aRunIsResumedThatIsKilledTwice() throws Exception {
    Path examples = folder.resolve("examples");
    Table.EXAMPLES.write(
        LocalSpark.session(),
        Stream.concat(
                IntStream.range(0, 15).mapToObj(MadeUpVideos::there),
                Stream.of(MadeUpVideos.missing(15)))
            .toList(),
        examples.toString());
    Path run = folder.resolve("run");
    ChunkFolder chunks = new ChunkFolder(run);

    killed("a chunk is there", () -> !chunks.markers().isEmpty(), evaluate(examples, run));
    Map<String, String> first = chunks.markers();
    assertThat(first).hasSizeBetween(1, CHUNKS - 1);
    killed(
        "the second protocol's first chunk is there",
        () -> chunks.markers().size() > CHUNKS,
        evaluate(examples, run, "--resume"));
    Map<String, String> second = chunks.markers();
    assertThat(second).hasSizeBetween(CHUNKS + 1, 2 * CHUNKS - 1).containsAllEntriesOf(first);
    int attempts = chunks.attempts();
    done(evaluate(examples, run, "--resume"));

    assertThat(chunks.markers()).hasSize(2 * CHUNKS).containsAllEntriesOf(second);
    assertThat(chunks.attempts()).isEqualTo(attempts + 2 * CHUNKS - second.size());
    Path unbroken = folder.resolve("unbroken");
    done(evaluate(examples, unbroken));
    assertThat(SameResult.of(run.toString()))
        .as("2 protocols of 16 videos with 2 questions under 2 methods")
        .hasSize(2 * 16 * 2 * 2)
        .isEqualTo(SameResult.of(unbroken.toString()));
    assertThat(rows(Table.SCORES, run.resolve("scores"), "run_id"))
        .isNotEmpty()
        .isEqualTo(rows(Table.SCORES, unbroken.resolve("scores"), "run_id"));
  }

  private List<String> prepare(Path output) {
    List<String> arguments = new ArrayList<>(List.of("prepare", "--benchmark"));
    arguments.addAll(List.of(folder.resolve("clips.yaml").toString(), "--source-fps", "2"));
    arguments.addAll(List.of("--frames-by", "lmms-eval", "qwen3", "--frames", "2", "3"));
    arguments.addAll(List.of("--output", output.toString()));
    return arguments;
  }

  private static List<String> named(Path folder, String names) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(names))
          .sorted()
          .toList();
    }
  }

  @Test
  void preparedVideosAreKeptOfACommandThatIsKilled() throws Exception {
    for (int video = 0; video < 2; video++) {
      Path frames = Files.createDirectories(folder.resolve("frames/v" + video));
      for (int i = 0; i < FRAMES; i++) {
        Files.write(frames.resolve(i + ".png"), MadeUpVideos.frame(video, i));
      }
    }
    Files.write(
        folder.resolve("clips.jsonl"),
        IntStream.range(0, CLIPS)
            .mapToObj(
                i ->
                    "{\"id\": %d, \"v\": \"v%d.mp4\", \"q\": \"What?\", \"from\": %f}"
                        .formatted(i, i % 2, i / 10_000.0))
            .toList());
    Files.writeString(
        folder.resolve("clips.yaml"),
        """
        name: clips
        data: clips.jsonl
        images: frames
        columns: {id: id, video: v, start: from, question: q}
        """);
    Path table = folder.resolve("out");
    Path unfinished = folder.resolve(".out.preparing");

    killed(
        "a part is written", () -> !named(unfinished, "written-.*json").isEmpty(), prepare(table));
    assertThat(table).doesNotExist();
    int parts = named(unfinished, "written-.*json").size();
    assertThat(parts).as("of 5").isBetween(1, 4);
    List<String> files =
        Files.readString(unfinished.resolve(named(unfinished, "written-.*json").get(0)))
            .lines()
            .filter(line -> line.contains(".parquet"))
            .map(line -> line.replaceAll(".*\"([^\"]*\\.parquet)\".*", "$1"))
            .toList();
    done(prepare(table));

    assertThat(named(table, ".*parquet")).as("what was kept").isNotEmpty().containsAll(files);
    assertThat(unfinished).doesNotExist();
    Path unbroken = folder.resolve("unbroken");
    done(prepare(unbroken));
    assertThat(rows(Table.EXAMPLES, table))
        .hasSize(CLIPS)
        .isEqualTo(rows(Table.EXAMPLES, unbroken));
  }
}
