package io.prumerge.jobs;

import io.prumerge.mini.MiniBenchmarks;
import io.prumerge.mini.SceneTable;
import io.prumerge.mini.Split;
import io.prumerge.mini.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mini}: generated pictures with six miniature benchmarks about them. */
@Command(
    name = "mini",
    description = "Generates pictures and six miniature benchmarks in their official formats.")
final class MiniCommand implements Callable<Integer> {

  /** Written last: a folder without it is not whole. */
  static final String MANIFEST = "mini.json";

  /** The table of the train split: pictures, objects, labels of patches, captions. */
  static final String SCENES = "scenes.parquet";

  private static final Duration PROGRESS = Duration.ofSeconds(5);

  /** What {@link #MANIFEST} says: how to get the same bytes again, and how much there is. */
  record MiniManifest(String split, long seed, int images, Map<String, Tally> benchmarks) {}

  @Spec private CommandSpec spec;

  @Option(
      names = "--split",
      required = true,
      paramLabel = "train|test",
      description =
          "No scene belongs to both; train also has train.json and scenes.parquet to train with.")
  private String splitName;

  @Option(
      names = "--seed",
      required = true,
      paramLabel = "S",
      description = "Another seed, other scenes.")
  private long seed;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "N",
      description = "Pictures; 500 give standard errors of about 2 points.")
  private int images;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder on this machine.")
  private Path output;

  private long lastProgress = System.nanoTime();

  @Override
  public Integer call() throws IOException {
    Split split = split();
    if (images < 1) {
      throw new UsageException("--images must be at least 1, it is %d".formatted(images));
    }
    if (Files.exists(output)) {
      throw new UsageException(
          "--output %s exists already; name a new folder, results are never overwritten"
              .formatted(output));
    }
    Console console = Console.of(spec.commandLine());
    Files.createDirectories(output);
    try {
      Map<String, Tally> tallies =
          MiniBenchmarks.write(output, split, seed, images, done -> progress(console, done));
      if (split == Split.TRAIN) {
        writeScenes();
      }
      Files.writeString(
          output.resolve(MANIFEST),
          Json.write(new MiniManifest(split.english(), seed, images, tallies)) + "\n");
      report(console, tallies);
    } catch (IOException | RuntimeException e) {
      // Nobody could tell half a folder from a whole one; this folder is our own.
      delete(output);
      throw e;
    }
    return ExitCode.DONE;
  }

  private Split split() {
    try {
      return Split.named(splitName);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--split: " + e.getMessage(), e);
    }
  }

  private void writeScenes() {
    try (Sessions sessions = Sessions.open("mini")) {
      String table = output.resolve(SCENES).toUri().toString();
      SceneTable.write(sessions.session(), seed, Split.TRAIN, images, table);
    }
  }

  private void progress(Console console, int done) {
    if (System.nanoTime() - lastProgress > PROGRESS.toNanos()) {
      lastProgress = System.nanoTime();
      console.err().printf("%,d of %,d pictures%n", done, images);
    }
  }

  private void report(Console console, Map<String, Tally> tallies) {
    tallies.forEach(
        (name, tally) ->
            console
                .out()
                .printf(
                    "%-10s %,9d images %,11d questions%n",
                    name, tally.images(), tally.questions()));
    console.out().printf("%,d pictures -> %s%n", images, output);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
