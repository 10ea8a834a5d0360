package io.prumerge.mini;

import io.prumerge.mini.MiniFolder.Addition;
import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;

/** Pictures with the ten miniature benchmarks about them. */
record MiniPictures(Split split, long seed, int images, Addition addition) implements MiniContent {

  private record Manifest(
      String split, long seed, int images, Map<String, WrittenCounts> benchmarks) {}

  @Override
  public String noun() {
    return "picture";
  }

  @Override
  public String counted() {
    return "images";
  }

  @Override
  public int count() {
    return images;
  }

  @Override
  public Map<String, WrittenCounts> write(Path folder, IntConsumer progress) throws IOException {
    Map<String, WrittenCounts> tallies =
        MiniBenchmarks.write(folder, split, seed, images, progress);
    addition.write(folder);
    return tallies;
  }

  @Override
  public Object manifest(Map<String, WrittenCounts> tallies) {
    return new Manifest(split.displayName(), seed, images, tallies);
  }
}
