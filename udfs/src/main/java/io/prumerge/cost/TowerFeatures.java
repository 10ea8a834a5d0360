package io.prumerge.cost;

/**
 * What the connector gets of a tower.
 *
 * @param depth encoder layers that the features need, 23 of 24 in LLaVA-1.5
 * @param width of the connector's input, a multiple of the tower's width
 * @param view their rows and columns; null where all views are one square
 */
public record TowerFeatures(int depth, long width, TowerView view) {

  /** Features of views that are one square. */
  public TowerFeatures(int depth, long width) {
    this(depth, width, null);
  }
}
