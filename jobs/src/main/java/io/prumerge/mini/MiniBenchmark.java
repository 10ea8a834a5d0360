package io.prumerge.mini;

import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;

/** Writes one benchmark's files, picture by picture. */
interface MiniBenchmark extends AutoCloseable {

  /** Returns the name of its folder or file. */
  String name();

  /**
   * Writes the questions about one picture, if any. Pictures come in the order of their numbers.
   */
  void add(ScenePicture picture) throws IOException;

  /** Counts of what has been written so far. */
  WrittenCounts tally();

  @Override
  void close() throws IOException;

  /** Returns a random generator for one use of one picture. */
  static SceneRandom random(long seed, Split split, int index, String use) {
    long stream = SceneRandom.mix(seed) + split.code();
    long place = SceneRandom.mix(stream) + index;
    return new SceneRandom(SceneRandom.mix(place) + SceneRandom.mix(use.hashCode()));
  }
}
