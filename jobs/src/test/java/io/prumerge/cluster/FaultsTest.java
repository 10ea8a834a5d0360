package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.FaultyFileSystem.Fault;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.jobs.SameResult;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store that fails: a run goes on, or stops with one line and a rerun comes to the same end. */
class FaultsTest {

  private static final int CHUNKS = 2;

  @TempDir private static Path temp;
  private static Path examples;
  private static List<String> expected;

  @BeforeAll
  static void undisturbed() throws IOException {
    FaultyFileSystem.register(LocalSpark.session().sparkContext().hadoopConfiguration());
    Path images = Files.createDirectories(temp.resolve("images"));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      ImageIO.write(
          new BufferedImage(9 + i, 9, BufferedImage.TYPE_INT_RGB),
          "png",
          images.resolve(i + ".png").toFile());
      lines.append(
          "{\"question_id\": %d, \"image\": \"%d.png\", \"text\": \"What?\"}\n".formatted(i, i));
    }
    Path questions = Files.writeString(temp.resolve("questions.jsonl"), lines);
    examples = CustomExamples.prepared(questions, images, temp.resolve("examples"));
    Path run = temp.resolve("undisturbed");
    CommandLineRun evaluated = evaluate(run.toString());
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    expected = SameResult.of(run.toString());
  }

  private static CommandLineRun evaluate(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--examples", examples.toString()));
    arguments.add("--model");
    arguments.add(Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString());
    arguments.addAll(List.of("--method", "prumerge", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--max-new-tokens", "2", "--output", output));
    arguments.addAll(List.of("--chunks", Integer.toString(CHUNKS)));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** At most those chunks are done again that were in flight. */
  @ParameterizedTest
  @CsvSource({
    "DISK_FULL, _chunks/chunk-00001, No space left on device, 2",
    "NO_ANSWER, _chunks/committed-00001, The store does not answer, 2",
    "DISK_FULL, /predictions/, No space left on device, 0",
    "NO_ANSWER, /_COMPLETE, The store does not answer, 0",
  })
  void aRunThatStopsGoesOn(Fault fault, String path, String message, int inFlight)
      throws IOException {
    Path run = temp.resolve("stopped-%s-%s".formatted(fault, path.replace('/', '-')));
    String output = "faulty:" + run;
    FaultyFileSystem.fail(fault, path);

    CommandLineRun stopped = evaluate(output);

    assertThat(FaultyFileSystem.hasFailed()).isTrue();
    assertThat(stopped.code()).isEqualTo(ExitCode.FAILED);
    assertThat(stopped.err().lines().filter(line -> line.startsWith("prumerge-spark: ")))
        .singleElement()
        .asString()
        .contains(message);
    assertThat(run.resolve("_COMPLETE")).doesNotExist();

    CommandLineRun resumed = evaluate(output, "--resume");

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(SameResult.of(run.toString())).isEqualTo(expected);
    assertThat(new ChunkFolder(run).attempts() - CHUNKS)
        .as("done again")
        .isBetween(Math.min(inFlight, 1), inFlight);
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
