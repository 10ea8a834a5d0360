package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.LocalSpark.FileWork;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.SameResult;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose files are changed between two runs of one process, and during a run. */
@Tag("spark")
class ReplacedModelTest {

  private static final int CHUNKS = 6;

  @TempDir private static Path shared;

  @TempDir private Path folder;

  private Path model;

  @BeforeAll
  static void examples() throws IOException {
    LocalSpark.session();
    DogsAndCats.drawn(shared.resolve("pope"), CHUNKS).prepare(shared.resolve("examples"));
  }

  @BeforeEach
  void copyTheModel() throws IOException {
    model = copy("here");
  }

  private Path copy(String place) throws IOException {
    Path copy = folder.resolve(place).resolve("model");
    FileUtils.copyDirectory(
        new File(System.getProperty("project.root"), "conf/mini-llava"), copy.toFile());
    return copy;
  }

  private static String[] arguments(Path model, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--model", model.toString(), "--device", "cpu"));
    arguments.addAll(List.of("--examples", shared.resolve("examples").toString()));
    arguments.addAll(List.of("--output", output.toString(), "--max-new-tokens", "4"));
    arguments.addAll(List.of("--method", "none"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static CommandLineRun evaluate(Path model, Path output, String... more) {
    return CommandLineRun.of(
        Stream.concat(Stream.of("evaluate"), Stream.of(arguments(model, output, more)))
            .toArray(String[]::new));
  }

  /** Runs {@code evaluate} without its report. */
  private static List<String> result(Path model, Path output, String... more) throws IOException {
    AnswersOnly.run(LocalSpark.session(), arguments(model, output, more));
    return SameResult.of(output.toString());
  }

  private List<String> result(Path model, String run) throws IOException {
    return result(model, folder.resolve(run), "--chunks", "1", "--limit", "3");
  }

  private static void turn(Path model) throws IOException {
    turn(model, () -> {});
  }

  /**
   * Writes other weights into the file, piece by piece: a load may begin and end among them.
   *
   * @param begun is run after the first piece
   */
  private static void turn(Path model, Runnable begun) throws IOException {
    Path weights = model.resolve("model.safetensors");
    byte[] all = Files.readAllBytes(weights);
    int start = 8 + ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getInt();
    for (int i = start + 1; i < all.length; i += 2) {
      all[i] ^= (byte) 0x80; // signs
    }
    try (OutputStream out = Files.newOutputStream(weights, StandardOpenOption.WRITE)) {
      for (int written = 0; written < all.length; written += 1 << 20) {
        out.write(all, written, Math.min(1 << 20, all.length - written));
        begun.run();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  /** Begins to change the weights when a first chunk is committed, before any other is. */
  public static final class Turning extends LocalFileSystem {

    private static Path model;
    private static CompletableFuture<Void> change;

    /** Hadoop creates it by this constructor. */
    public Turning() {
      super(new RunReading.PlainFiles());
    }

    /** Returns what a run comes to whose model is changed. */
    static CommandLineRun during(Path model, FileWork<CommandLineRun> run) throws Exception {
      Turning.model = model;
      change = null;
      CommandLineRun ended = LocalSpark.through(Turning.class, run);
      change.get();
      return ended;
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (!to.getName().startsWith("committed-")) {
        return super.rename(from, to);
      }
      synchronized (Turning.class) {
        boolean renamed = super.rename(from, to);
        if (change == null) {
          begin();
        }
        return renamed;
      }
    }

    private static void begin() throws IOException {
      CountDownLatch begun = new CountDownLatch(1);
      change =
          CompletableFuture.runAsync(
              () -> {
                try {
                  turn(model, begun::countDown);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } finally {
                  begun.countDown();
                }
              });
      try {
        begun.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }

  @Test
  void theSecondRunAnswersByTheFilesThatAreThereThen() throws IOException {
    List<String> first = result(model, "first");
    turn(model);
    Path other = copy("other");
    turn(other);
    List<String> second = result(model, "second");
    assertThat(second).isNotEqualTo(first).isEqualTo(result(other, "other-run"));

    String settings = Files.readString(model.resolve("generation_config.json"));
    Files.writeString(
        model.resolve("generation_config.json"),
        settings.replaceFirst("\\{", "{\"suppress_tokens\": [1], "));
    CommandLineRun refused = evaluate(model, folder.resolve("third"), "--limit", "1");
    assertThat(refused.code()).as("read anew: %s", refused.out()).isNotZero();
    assertThat(refused.err()).contains("suppress_tokens");
  }

  @Test
  void aRunWhoseWeightsAreChangedStopsAndGoesOnWithTheFormerOnes() throws Exception {
    result(model, folder.resolve("undisturbed"));
    byte[] former = Files.readAllBytes(model.resolve("model.safetensors"));

    Path output = folder.resolve("run");
    CommandLineRun stopped =
        Turning.during(
            model,
            () -> evaluate(model, output, "--chunks", Integer.toString(CHUNKS), "--dtype", "bf16"));

    assertThat(stopped.code()).isNotZero();
    assertThat(stopped.problems()).hasSize(2);
    assertThat(stopped.problems().get(0)).contains("chunks are committed");
    assertThat(stopped.problems().get(1))
        .contains("Cannot answer with " + model)
        .contains("model.safetensors had")
        .contains("by mv");
    assertThat(output.resolve("_COMPLETE")).doesNotExist();
    assertThat(output.resolve("_chunks/committed-00005.json")).doesNotExist();

    CommandLineRun refused = evaluate(model, output, "--resume", "--dtype", "bf16");
    assertThat(refused.err())
        .contains("the weights of " + model + " were changed (weights_sha256); restore them");

    Files.write(model.resolve("model.safetensors"), former);
    assertThat(result(model, output, "--resume", "--dtype", "bf16"))
        .isEqualTo(result(model, folder.resolve("whole"), "--dtype", "bf16"));
  }
}
