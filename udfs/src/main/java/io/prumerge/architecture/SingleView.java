package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/**
 * LLaVA-1.5's layout: an image has one view, and its rows are the sequence.
 *
 * @param tokens of an image before any reduction
 */
public record SingleView(int tokens) implements SequenceLayout {

  @Override
  public int mostViews() {
    return 1;
  }

  @Override
  public int mostTokens() {
    return tokens;
  }

  @Override
  public Optional<WeightBlock> newline() {
    return Optional.empty();
  }

  @Override
  public Optional<Arrangement> all(ViewGrid grid) {
    return Optional.empty();
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid grid, List<Tokens> views) {
    return Optional.empty();
  }
}
