package io.prumerge.jobs;

import io.prumerge.mini.MiniBenchmarks;
import io.prumerge.mini.Split;
import io.prumerge.mini.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder of generated pictures with the six miniature benchmarks about them. */
final class MiniFolder {

  /** Written last: a folder without it is not whole. */
  static final String MANIFEST = "mini.json";

  private static final Duration PROGRESS = Duration.ofSeconds(5);

  /** What {@link #MANIFEST} says: how to get the same bytes again, and how much there is. */
  record MiniManifest(String split, long seed, int images, Map<String, Tally> benchmarks) {}

  /** Something more that belongs into the folder before it is whole. */
  interface Addition {
    void write() throws IOException;
  }

  private final Path folder;
  private final Console console;
  private long lastProgress = System.nanoTime();

  /**
   * @param folder is not there yet
   */
  MiniFolder(Path folder, Console console) {
    this.folder = folder;
    this.console = console;
  }

  void write(Split split, long seed, int images) throws IOException {
    write(split, seed, images, () -> {});
  }

  /** Writes everything and says what there is; leaves nothing behind when it fails. */
  void write(Split split, long seed, int images, Addition addition) throws IOException {
    Files.createDirectories(folder);
    try {
      Map<String, Tally> tallies =
          MiniBenchmarks.write(folder, split, seed, images, done -> progress(done, images));
      addition.write();
      Files.writeString(
          folder.resolve(MANIFEST),
          Json.write(new MiniManifest(split.english(), seed, images, tallies)) + "\n");
      report(images, tallies);
    } catch (IOException | RuntimeException e) {
      // Nobody could tell half a folder from a whole one; this folder is our own.
      delete(folder);
      throw e;
    }
  }

  private void progress(int done, int images) {
    if (System.nanoTime() - lastProgress > PROGRESS.toNanos()) {
      lastProgress = System.nanoTime();
      console.err().printf("%,d of %,d pictures%n", done, images);
    }
  }

  private void report(int images, Map<String, Tally> tallies) {
    tallies.forEach(
        (name, tally) ->
            console
                .out()
                .printf(
                    "%-10s %,9d images %,11d questions%n",
                    name, tally.images(), tally.questions()));
    console.out().printf("%,d pictures -> %s%n", images, folder);
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
