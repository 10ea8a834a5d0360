package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/** How the rows of a video's views become one sequence, one view after the other in time. */
public interface VideoLayout {

  /** Returns the arrangement of all rows, as {@link SequenceLayout#all}. */
  Optional<Arrangement> all(ViewGrid video);

  /** Returns the arrangement of what a method left, as {@link SequenceLayout#reduced}. */
  Optional<Arrangement> reduced(ViewGrid video, List<ViewTokens> views);

  /** Returns the place in the sequence of each row, as {@link SequenceLayout#places}. */
  int[] places(ViewGrid video);

  /** Returns the places of learned rows, as {@link SequenceLayout#learned}. */
  default int[] learned(ViewGrid video) {
    return new int[0];
  }
}
