package io.prumerge.mini;

import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.UsageException;
import io.prumerge.console.Work;
import io.prumerge.mini.scene.Split;
import io.prumerge.store.Json;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder of generated pictures with the six miniature benchmarks about them. */
public final class MiniFolder {

  /** Written last, so a folder without it is incomplete. */
  public static final String MANIFEST = "mini.json";

  /** The content of {@link #MANIFEST}: how to generate the same bytes again, and the counts. */
  record MiniManifest(String split, long seed, int images, Map<String, WrittenCounts> benchmarks) {}

  /** A further part of the folder, written before the manifest. */
  public interface Addition {
    /**
     * Writes it.
     *
     * @param folder where all lies until it is whole
     */
    void write(Path folder) throws IOException;
  }

  private final Path folder;
  private final Console console;

  /**
   * @param folder a folder that does not exist yet
   */
  public MiniFolder(Path folder, Console console) {
    this.folder = folder;
    this.console = console;
  }

  public void write(Split split, long seed, int images) throws IOException {
    write(split, seed, images, partial -> {});
  }

  /**
   * Writes everything beside the folder, renames it and prints the counts. A failure leaves nothing
   * behind. Only what this run made is deleted: another program may have made the folder meanwhile.
   */
  public void write(Split split, long seed, int images, Addition addition) throws IOException {
    Path target = folder.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path partial =
        Files.createDirectory(
            target.resolveSibling("." + target.getFileName() + ".partial-" + UUID.randomUUID()));
    try {
      Map<String, WrittenCounts> tallies = drawn(partial, split, seed, images);
      addition.write(partial);
      Files.writeString(
          partial.resolve(MANIFEST),
          Json.write(new MiniManifest(split.displayName(), seed, images, tallies)) + "\n");
      named(partial, target);
      report(images, tallies);
    } catch (IOException | RuntimeException e) {
      delete(partial);
      throw e;
    }
  }

  private void named(Path partial, Path target) throws IOException {
    try {
      Files.move(partial, target);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s was made by somebody else meanwhile; name a new folder, results are never overwritten",
              folder),
          e);
    }
  }

  private Map<String, WrittenCounts> drawn(Path partial, Split split, long seed, int images)
      throws IOException {
    try (Phase phase = console.counted("Drawing", "pictures", new Work(images))) {
      return MiniBenchmarks.write(partial, split, seed, images, phase::at);
    }
  }

  private void report(int images, Map<String, WrittenCounts> tallies) {
    tallies.forEach(
        (name, tally) ->
            console
                .out()
                .printf(
                    Locale.ROOT,
                    "%-10s %,9d images %,11d questions%n",
                    name,
                    tally.images(),
                    tally.questions()));
    console.out().printf(Locale.ROOT, "%,d pictures -> %s%n", images, folder);
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

  /**
   * Counts of what was written.
   *
   * @param images pictures with questions
   * @param questions questions for the model; for circular questions, rows
   */
  public record WrittenCounts(long images, long questions) {

    static final WrittenCounts NOTHING = new WrittenCounts(0, 0);

    /** These counts with one more image. */
    WrittenCounts with(long questionsAboutIt) {
      return new WrittenCounts(images + 1, questions + questionsAboutIt);
    }
  }
}
