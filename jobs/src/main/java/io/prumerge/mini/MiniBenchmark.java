package io.prumerge.mini;

import java.io.IOException;

/** Writes one benchmark's files, picture by picture. */
interface MiniBenchmark extends AutoCloseable {

  /** The name of its folder or file. */
  String name();

  /**
   * Writes the questions about one picture, if any. Pictures come in the order of their numbers.
   */
  void add(ScenePicture picture) throws IOException;

  /** Counts of what has been written so far. */
  WrittenCounts tally();

  @Override
  void close() throws IOException;
}
