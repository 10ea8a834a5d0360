package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/** The layout of an image with one view: its rows are the sequence. */
public interface OneView extends SequenceLayout {

  @Override
  default int mostViews() {
    return 1;
  }

  @Override
  default Optional<WeightBlock> newline() {
    return Optional.empty();
  }

  @Override
  default Optional<Arrangement> all(ViewGrid grid) {
    return Optional.empty();
  }

  @Override
  default Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views) {
    return Optional.empty();
  }
}
