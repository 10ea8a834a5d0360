package io.prumerge.mini;

import io.prumerge.mini.scene.Clip;
import io.prumerge.mini.scene.ClipGenerator;
import io.prumerge.mini.scene.ClipPainter;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Clips with a miniature MVBench about them. */
record MiniClips(Split split, long seed, int clips) implements MiniContent {

  /** Number of clips painted at a time, on all cores. */
  private static final int BATCH = 64;

  private record Counts(long clips, long questions) {}

  private record Manifest(String split, long seed, int clips, Map<String, Counts> tasks) {}

  private record Painted(Clip clip, List<byte[]> frames) {}

  @Override
  public String noun() {
    return "clip";
  }

  @Override
  public String counted() {
    return "clips";
  }

  @Override
  public int count() {
    return clips;
  }

  @Override
  public Map<String, WrittenCounts> write(Path folder, IntConsumer progress) throws IOException {
    ClipGenerator generator = new ClipGenerator(seed, split);
    try (ClipWriter writer = new ClipWriter(folder, split)) {
      for (int first = 0; first < clips; first += BATCH) {
        int end = Math.min(clips, first + BATCH);
        List<Painted> batch =
            IntStream.range(first, end)
                .parallel()
                .mapToObj(generator::clip)
                .map(clip -> new Painted(clip, frames(clip)))
                .toList();
        for (Painted painted : batch) {
          writer.add(painted.clip(), painted.frames());
        }
        progress.accept(end);
      }
      return writer.tallies();
    }
  }

  private static List<byte[]> frames(Clip clip) {
    return IntStream.range(0, Clip.FRAMES)
        .mapToObj(frame -> PngWriter.write(ClipPainter.paint(clip, frame)))
        .toList();
  }

  @Override
  public Object manifest(Map<String, WrittenCounts> tallies) {
    Map<String, Counts> tasks = new LinkedHashMap<>();
    tallies.forEach(
        (task, tally) -> tasks.put(task, new Counts(tally.images(), tally.questions())));
    return new Manifest(split.displayName(), seed, clips, tasks);
  }
}
