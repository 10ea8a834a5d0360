package io.prumerge.mini;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;

/** What {@link MiniFolder} writes into its folder. */
interface MiniContent {

  /** Returns what is drawn, in the singular: a picture or a clip. */
  String noun();

  /** Returns what questions are about, in the plural. */
  String counted();

  /** Returns how many are drawn. */
  int count();

  /**
   * Draws and writes all.
   *
   * @param folder an existing folder
   * @param progress receives how many are done
   * @return counts of what was written, by benchmark or task
   */
  Map<String, WrittenCounts> write(Path folder, IntConsumer progress) throws IOException;

  /** Returns what {@link MiniFolder#MANIFEST} says: how to generate the same bytes, and counts. */
  Object manifest(Map<String, WrittenCounts> tallies);
}
