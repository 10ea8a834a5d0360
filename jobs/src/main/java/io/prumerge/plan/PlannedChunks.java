package io.prumerge.plan;

import io.prumerge.prepare.ExampleKeys;

/**
 * The chunks of a run.
 *
 * @param count their number
 * @param ofPictures whether rows of one picture are in one chunk, which encodes it once for all
 *     benchmarks; not so in runs that earlier versions began
 */
public record PlannedChunks(int count, boolean ofPictures) {

  String columns() {
    return ofPictures ? ExampleKeys.PICTURE : String.join(", ", ExampleKeys.columns());
  }
}
