package io.prumerge.mini;

import io.prumerge.mini.MiniBenchmark.ScenePicture;
import io.prumerge.mini.MiniFolder.WrittenCounts;
import io.prumerge.mini.question.Corpus;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.SceneGenerator;
import io.prumerge.mini.scene.ScenePainter;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Writes the six miniature benchmarks, each in its own folder and its official format. For the
 * train split it also writes {@code train.json} beside them.
 *
 * <p>Scenes are generated twice, once to count what occurs and once to write questions, so that
 * memory does not grow with their number.
 */
public final class MiniBenchmarks {

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
    return tallies;
  }

  private static List<ScenePicture> paint(SceneGenerator generator, int first, int end) {
    return IntStream.range(first, end)
        .parallel()
        .mapToObj(generator::scene)
        .map(scene -> new ScenePicture(scene, PngWriter.write(ScenePainter.paint(scene))))
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
