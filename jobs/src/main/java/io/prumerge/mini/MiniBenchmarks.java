package io.prumerge.mini;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Writes the six miniature benchmarks, each in a folder of its own and in its official format, and
 * for the train split {@code train.json} beside them.
 *
 * <p>Scenes are generated twice, once to be counted and once to be asked about, so that memory does
 * not grow with their number.
 */
public final class MiniBenchmarks {

  /** Pictures that are painted at a time, on all cores. */
  private static final int BATCH = 256;

  private MiniBenchmarks() {}

  /**
   * Writes everything about the first {@code images} scenes of (seed, split).
   *
   * @param folder exists
   * @param progress is told how many pictures are done
   * @return what was written, by benchmark
   */
  public static Map<String, Tally> write(
      Path folder, Split split, long seed, int images, IntConsumer progress) throws IOException {
    SceneGenerator generator = new SceneGenerator(seed, split);
    Corpus corpus = new Corpus();
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
        for (Picture picture : paint(generator, first, end)) {
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
    Map<String, Tally> tallies = new LinkedHashMap<>();
    benchmarks.forEach(benchmark -> tallies.put(benchmark.name(), benchmark.tally()));
    return tallies;
  }

  private static List<Picture> paint(SceneGenerator generator, int first, int end) {
    return IntStream.range(first, end)
        .parallel()
        .mapToObj(generator::scene)
        .map(scene -> new Picture(scene, PngWriter.write(ScenePainter.paint(scene))))
        .toList();
  }

  private static List<MiniBenchmark> open(Path folder, Split split, Corpus corpus)
      throws IOException {
    List<MiniBenchmark> benchmarks = new ArrayList<>();
    benchmarks.add(new PopeWriter(folder.resolve("pope"), split, corpus));
    benchmarks.add(new MmeWriter(folder.resolve("mme"), corpus));
    benchmarks.add(new VqaWriter(folder.resolve("vqav2"), split, corpus));
    benchmarks.add(new TextVqaWriter(folder.resolve("textvqa"), split));
    benchmarks.add(new ScienceQaWriter(folder.resolve("scienceqa"), split, corpus));
    benchmarks.add(new MmBenchWriter(folder.resolve("mmbench"), corpus));
    if (split == Split.TRAIN) {
      benchmarks.add(new TrainingWriter(folder, corpus));
    }
    return benchmarks;
  }
}
