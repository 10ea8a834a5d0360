package io.prumerge.mini;

import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.location.CauseText;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.PageGenerator;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.SceneGenerator;
import io.prumerge.mini.scene.ScenePainter;
import io.prumerge.mini.scene.Split;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A folder of generated pictures with the ten miniature benchmarks about them, or of generated
 * clips with a miniature MVBench.
 */
public final class MiniFolder {

  /** Written last, so a folder without it is incomplete. */
  public static final String MANIFEST = "mini.json";

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

  /** Writes pictures without an addition. */
  public Map<String, WrittenCounts> write(Split split, long seed, int images) throws IOException {
    return write(split, seed, images, partial -> {});
  }

  /**
   * Writes pictures and the benchmarks about them.
   *
   * @return counts of what was written, by benchmark
   */
  public Map<String, WrittenCounts> write(Split split, long seed, int images, Addition addition)
      throws IOException {
    return write(new MiniPictures(split, seed, images, addition));
  }

  /**
   * Writes clips and a miniature MVBench about them.
   *
   * @return counts of what was written, by task
   */
  public Map<String, WrittenCounts> writeClips(Split split, long seed, int clips)
      throws IOException {
    return write(new MiniClips(split, seed, clips));
  }

  /**
   * Writes everything next to the folder, renames it and prints the counts. A failure leaves
   * nothing behind, and what a killed attempt left is deleted. Another program's folder of this
   * name is not: it may have been made meanwhile.
   */
  private Map<String, WrittenCounts> write(MiniContent content) throws IOException {
    Path target = folder.toAbsolutePath();
    requireParent(target);
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(target.toUri());
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(
            output, "drawing", Folders.withoutSpark(console).fileSystem(output))) {
      place.take(LeaseHolder.here("mini"), LeasedWork.FOLDER);
      place.warnOfOlder(console);
      place.clear(name -> false); // what a killed attempt has left
      Path partial = Path.of(place.root().toUri().getPath()).resolve(UUID.randomUUID().toString());
      return write(Files.createDirectory(partial), target, content);
    }
  }

  private static void requireParent(Path target) throws IOException {
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw new UsageException("Cannot make " + target + ": " + CauseText.of(e), e);
    }
  }

  private Map<String, WrittenCounts> write(Path partial, Path target, MiniContent content)
      throws IOException {
    try {
      Map<String, WrittenCounts> tallies = drawn(partial, content);
      Files.writeString(partial.resolve(MANIFEST), Json.write(content.manifest(tallies)) + "\n");
      named(partial, target);
      report(content, tallies);
      return tallies;
    } catch (IOException e) {
      delete(partial);
      throw WriteException.of(partial, e);
    } catch (RuntimeException e) {
      delete(partial);
      throw e;
    }
  }

  private void named(Path partial, Path target) throws IOException {
    try {
      Files.move(partial, target);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      throw new UsageException(
          Text.format(
              "%s was made by somebody else meanwhile; name a new folder, results are never"
                  + " overwritten",
              folder),
          e);
    }
  }

  private Map<String, WrittenCounts> drawn(Path partial, MiniContent content) throws IOException {
    try (Phase phase =
        console.counted("Drawing", content.noun() + "s", new Work(content.count()))) {
      return content.write(partial, phase::at);
    }
  }

  private void report(MiniContent content, Map<String, WrittenCounts> tallies) {
    int longest = tallies.keySet().stream().mapToInt(String::length).max().orElse(0);
    String row = "%-" + Math.max(10, longest) + "s %,9d %s %,11d questions%n";
    tallies.forEach(
        (name, tally) ->
            console
                .out()
                .printf(
                    Locale.ROOT, row, name, tally.images(), content.counted(), tally.questions()));
    console
        .out()
        .printf(Locale.ROOT, "%s -> %s%n", Texts.count(content.count(), content.noun()), folder);
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
   * Writes the ten miniature benchmarks, each in its own folder and its official format: eight
   * about scenes, and two about pages, of which there are half as many. For the train split it also
   * writes {@code train.json}, {@code train-refcoco.json} and {@code train-documents.json} next to
   * them.
   *
   * <p>Scenes are generated twice, once to count what occurs and once to write questions, so that
   * memory does not grow with their number.
   */
  public static final class MiniBenchmarks {

    /** Number of pictures painted at a time, on all cores. */
    private static final int BATCH = 256;

    private MiniBenchmarks() {}

    /**
     * Writes all files about the first {@code images} scenes of (seed, split).
     *
     * @param folder an existing folder
     * @param progress receives the number of pictures done
     * @return counts of what was written, by benchmark
     */
    public static Map<String, WrittenCounts> write(
        Path folder, Split split, long seed, int images, IntConsumer progress) throws IOException {
      SceneGenerator generator = new SceneGenerator(seed, split);
      SplitFrequencies corpus = new SplitFrequencies();
      for (int first = 0; first < images; first += BATCH) {
        IntStream.range(first, Math.min(images, first + BATCH))
            .parallel()
            .mapToObj(generator::scene)
            .toList()
            .forEach(corpus::add);
      }
      List<MiniBenchmark> benchmarks = open(folder, split, corpus);
      try {
        for (int first = 0; first < images; first += BATCH) {
          int end = Math.min(images, first + BATCH);
          for (ScenePicture picture : paint(generator, first, end)) {
            for (MiniBenchmark benchmark : benchmarks) {
              benchmark.add(picture);
            }
          }
          progress.accept(end);
        }
      } finally {
        for (MiniBenchmark benchmark : benchmarks) {
          benchmark.close();
        }
      }
      Map<String, WrittenCounts> tallies = new LinkedHashMap<>();
      benchmarks.forEach(benchmark -> tallies.put(benchmark.name(), benchmark.tally()));
      tallies.putAll(documents(folder, split, seed, (images + 1) / 2));
      return tallies;
    }

    private static Map<String, WrittenCounts> documents(
        Path folder, Split split, long seed, int pages) throws IOException {
      PageGenerator generator = new PageGenerator(seed, split);
      Map<String, WrittenCounts> tallies = new LinkedHashMap<>();
      try (DocumentWriter documents = new DocumentWriter(folder, split);
          DocVqaWriter docVqa = new DocVqaWriter(folder.resolve(DocVqaWriter.NAME), split)) {
        for (int first = 0; first < pages; first += BATCH) {
          List<PagePicture> pictures =
              IntStream.range(first, Math.min(pages, first + BATCH))
                  .parallel()
                  .mapToObj(generator::page)
                  .map(page -> new PagePicture(page, PngWriter.write(ScenePainter.paint(page))))
                  .toList();
          for (PagePicture picture : pictures) {
            documents.add(picture.page(), picture.png());
            docVqa.add(picture.page(), picture.png());
          }
        }
        tallies.put(DocumentWriter.NAME, documents.tally());
        tallies.put(DocVqaWriter.NAME, docVqa.tally());
      }
      return tallies;
    }

    private record PagePicture(FormPage page, byte[] png) {}

    private static List<ScenePicture> paint(SceneGenerator generator, int first, int end) {
      return IntStream.range(first, end)
          .parallel()
          .mapToObj(generator::scene)
          .map(scene -> new ScenePicture(scene, PngWriter.write(ScenePainter.paint(scene))))
          .toList();
    }

    private static List<MiniBenchmark> open(Path folder, Split split, SplitFrequencies corpus)
        throws IOException {
      List<MiniBenchmark> benchmarks = new ArrayList<>();
      benchmarks.add(new PopeWriter(folder.resolve("pope"), split, corpus));
      benchmarks.add(new MmeWriter(folder.resolve("mme"), corpus));
      benchmarks.add(new VqaWriter(folder.resolve("vqav2"), split, corpus));
      benchmarks.add(new TextVqaWriter(folder.resolve("textvqa"), split));
      benchmarks.add(new ScienceQaWriter(folder.resolve("scienceqa"), split, corpus));
      benchmarks.add(new MmBenchWriter(folder.resolve("mmbench"), corpus));
      benchmarks.add(new RefCocoWriter(folder, split));
      benchmarks.add(new ChartQaWriter(folder.resolve(ChartQaWriter.NAME), split));
      if (split == Split.TRAIN) {
        benchmarks.add(new TrainingWriter(folder, corpus));
      }
      return benchmarks;
    }
  }
}
