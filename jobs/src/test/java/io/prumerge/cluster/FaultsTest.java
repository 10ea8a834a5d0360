package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.FaultyFileSystem.Fault;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.jobs.SameResult;
import io.prumerge.run.AnswersOnly;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that fails: a run goes on, or stops with one line and a rerun comes to the same end. */
@Tag("spark")
class FaultsTest {

  private static final int CHUNKS = 2;

  /**
   * What goes wrong, in the order of a run.
   *
   * @param path regular expression
   * @param message a regular expression of a part of the line that says so
   */
  private record Trouble(Fault fault, String path, String message) {}

  private static final List<Trouble> TROUBLES =
      List.of(
          new Trouble(
              Fault.DISK_FULL,
              "_chunks/chunk-00001",
              "Cannot write faulty:.*/stopped/_chunks/chunk-00001-[-0-9a-f]+.*: (IOException: )?No"
                  + " space left on device"),
          new Trouble(Fault.NO_ANSWER, "_chunks/committed-00001", "The store does not answer"),
          new Trouble(
              Fault.DISK_FULL,
              "/predictions/",
              "Cannot write faulty:.*/stopped/_tables/.*/predictions.*: (IOException: )?No space"
                  + " left on device"),
          new Trouble(Fault.NO_ANSWER, "/_COMPLETE", "The store does not answer"));

  @TempDir private static Path temp;
  private static Path examples;
  private static List<String> expected;

  @BeforeAll
  static void undisturbed() throws IOException {
    FaultyFileSystem.register(LocalSpark.session().sparkContext().hadoopConfiguration());
    Path images = Files.createDirectories(temp.resolve("images"));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      ImageIO.write(
          new BufferedImage(9 + i, 9, BufferedImage.TYPE_INT_RGB),
          "png",
          images.resolve(i + ".png").toFile());
      lines.append(
          "{\"question_id\": %d, \"image\": \"%d.png\", \"text\": \"What?\"}\n".formatted(i, i));
    }
    Path questions = Files.writeString(temp.resolve("questions.jsonl"), lines);
    examples = CustomExamples.prepared(questions, images, temp.resolve("examples"));
    String run = temp.resolve("undisturbed").toString();
    AnswersOnly.run(LocalSpark.session(), arguments(run).toArray(String[]::new));
    expected = SameResult.of(run);
  }

  private static CommandLineRun evaluate(String output, String... more) {
    List<String> arguments = arguments(output, more);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<String> arguments(String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--examples", examples.toString()));
    arguments.add("--model");
    arguments.add(Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString());
    arguments.addAll(List.of("--method", "prumerge", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--max-new-tokens", "2", "--output", output));
    arguments.addAll(List.of("--chunks", Integer.toString(CHUNKS)));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** At most those chunks are done again that were in flight. */
  @Test
  void aRunThatStopsAtEveryTurnGoesOn() throws IOException {
    Path run = temp.resolve("stopped");
    ChunkFolder chunks = new ChunkFolder(run);
    for (Trouble trouble : TROUBLES) {
      int attempts = chunks.attempts();
      int open = CHUNKS - chunks.markers().size();
      FaultyFileSystem.fail(trouble.fault(), trouble.path());

      CommandLineRun stopped =
          attempts == 0 ? evaluate("faulty:" + run) : evaluate("faulty:" + run, "--resume");

      assertThat(FaultyFileSystem.hasFailed()).as("%s", trouble).isTrue();
      assertThat(stopped.code()).isEqualTo(ExitCode.FAILED);
      assertThat(stopped.err().lines().filter(line -> line.startsWith("prumerge-spark: ")))
          .singleElement()
          .asString()
          .containsPattern(trouble.message());
      assertThat(run.resolve("_COMPLETE")).doesNotExist();
      assertThat(chunks.attempts() - attempts).as("%s", trouble).isBetween(0, open);
    }

    CommandLineRun resumed = evaluate("faulty:" + run, "--resume");

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(SameResult.of(run.toString())).isEqualTo(expected);
    assertThat(chunks.attempts() - CHUNKS)
        .as("done again after the first two, one or two chunks each")
        .isBetween(2, 4);
  }

  @Test
  @Tag("soak")
  void aStoreThatLosesItsReplyChangesNothing() throws IOException {
    Path run = temp.resolve("lost-reply");
    FaultyFileSystem.fail(Fault.LOST_REPLY, "_chunks/committed-00001");

    CommandLineRun evaluated = evaluate("faulty:" + run);

    assertThat(FaultyFileSystem.hasFailed()).isTrue();
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(SameResult.of(run.toString())).isEqualTo(expected);
    assertThat(new ChunkFolder(run).attempts()).isEqualTo(CHUNKS);
  }
}
