package io.prumerge.mini;

import java.io.IOException;

/** Files that grow as pictures come by. */
interface MiniBenchmark extends AutoCloseable {

  /** The name of its folder or file. */
  String name();

  /** Asks about one picture, or leaves it out. Pictures come in the order of their numbers. */
  void add(Picture picture) throws IOException;

  /** What has been written so far. */
  Tally tally();

  @Override
  void close() throws IOException;
}
