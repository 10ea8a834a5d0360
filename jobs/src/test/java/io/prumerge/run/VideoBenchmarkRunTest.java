package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MVBench's published files and folders of frames, from one command to the report. */
@Tag("spark")
@Tag("model")
class VideoBenchmarkRunTest {

  private static final int FRAMES = 12;

  @TempDir private static Path temp;

  private static Path source;

  @BeforeAll
  static void write() throws IOException {
    source = temp.resolve("mvbench");
    task("action_sequence", row("a.mp4", ", \"start\": 1.5, \"end\": 3.5", 1), row("b.mp4", "", 2));
    task("state_change", row("c.mp4", "", 3), row("d.mp4", "", 4));
    frames("star/Charades_v1_480/a.mp4", 1);
    frames("star/Charades_v1_480/b.mp4", 2);
    frames("perception/videos/c.mp4", 3);
  }

  private static void task(String name, String... rows) throws IOException {
    Path folder = Files.createDirectories(source.resolve("json"));
    Files.writeString(folder.resolve(name + ".json"), "[" + String.join(",\n", rows) + "]");
  }

  private static String row(String video, String more, int number) {
    return "{\"video\": \""
        + video
        + "\", \"question\": \"Which "
        + number
        + "?\", \"candidates\": [\"egg\", \"larva\"], \"answer\": \"larva\""
        + more
        + "}";
  }

  private static void frames(String video, int number) throws IOException {
    Path folder = Files.createDirectories(source.resolve("video").resolve(video));
    Files.writeString(folder.resolve("frames.json"), "{\"fps\": 3, \"count\": " + FRAMES + "}");
    for (int i = 0; i < FRAMES; i++) {
      Files.write(folder.resolve(i + 1 + ".png"), MadeUpVideos.frame(number, i));
    }
  }

  private static CommandLineRun evaluate(String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--benchmark", "mvbench"));
    arguments.addAll(List.of("--source", source.toString(), "--frames", "8"));
    arguments.addAll(List.of("--frames-by", "lmms-eval", "qwen2"));
    arguments.addAll(List.of("--method", "none", "divprune:tokens=25%", "frames=4"));
    arguments.addAll(List.of("--model", MadeUpVideos.MODEL.toString()));
    arguments.addAll(List.of("--output", temp.resolve(output).toString()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-error-rate", "1"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<Row> rows(Table<?> table, String folder, String... columns) {
    return table
        .read(LocalSpark.session(), List.of(temp.resolve("run").resolve(folder).toString()))
        .selectExpr(columns)
        .collectAsList();
  }

  @Test
  void oneCommandAsksUnderTwoProtocols() {
    CommandLineRun plan = evaluate("plan", "--dry-run");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.err()).as("what cannot be shown is no picture").doesNotContain("cannot reduce");
    CommandLineRun run = evaluate("run");
    assertThat(run.code()).as(run.err()).isZero();

    List<Row> asked = rows(Table.PREDICTIONS, "predictions", "protocol", "video", "error");
    assertThat(asked).as("2 protocols of 4 questions under 3 methods").hasSize(2 * 4 * 3);
    assertThat(asked.stream().map(row -> row.getString(0))).containsOnly("lmms-eval:8", "qwen2:8");
    assertThat(asked.stream().filter(row -> row.getString(1).endsWith("d.mp4")))
        .as("the video without a folder")
        .hasSize(6)
        .allMatch(row -> row.getString(2).startsWith("video_missing"));
    List<Row> short8 =
        asked.stream()
            .filter(row -> row.getString(1).endsWith("a.mp4"))
            .filter(row -> row.getString(0).equals("qwen2:8"))
            .toList();
    assertThat(short8)
        .as("a part of fewer than 8 frames")
        .hasSize(3)
        .allMatch(row -> row.getString(2).startsWith("frames_unavailable"));
    assertThat(asked.stream().filter(row -> !row.getString(1).endsWith("d.mp4")))
        .filteredOn(row -> !short8.contains(row))
        .hasSize(15)
        .allMatch(row -> row.isNullAt(2));
  }
}
