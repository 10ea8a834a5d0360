package io.prumerge.reduction;

import java.util.Optional;

/** Reduced tokens as plain arrays. */
public final class ArrayReduction implements Reduction {
  private final double[][] rows;
  private final Optional<int[]> kept;
  private final int neighbours;
  private final boolean summary;

  ArrayReduction(double[][] rows, Optional<int[]> kept, int neighbours, boolean summary) {
    this.rows = rows;
    this.kept = kept;
    this.neighbours = neighbours;
    this.summary = summary;
  }

  /** The tokens in the order fed, summary last; tokens x width. */
  public double[][] rows() {
    return rows;
  }

  @Override
  public Optional<int[]> keptIndices() {
    return kept;
  }

  @Override
  public int tokens() {
    return rows.length;
  }

  @Override
  public int neighbours() {
    return neighbours;
  }

  @Override
  public boolean summary() {
    return summary;
  }

  @Override
  public void close() {}
}
