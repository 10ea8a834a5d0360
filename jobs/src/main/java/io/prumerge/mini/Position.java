package io.prumerge.mini;

/** The quarter of the picture in which a thing lies, in reading order. */
public enum Position {
  TOP_LEFT("top", "left"),
  TOP_RIGHT("top", "right"),
  BOTTOM_LEFT("bottom", "left"),
  BOTTOM_RIGHT("bottom", "right");

  private final String vertical;
  private final String horizontal;

  Position(String vertical, String horizontal) {
    this.vertical = vertical;
    this.horizontal = horizontal;
  }

  /** {@code top} or {@code bottom}. */
  public String vertical() {
    return vertical;
  }

  /** {@code left} or {@code right}. */
  public String horizontal() {
    return horizontal;
  }

  /** Both words: {@code top left}. */
  public String english() {
    return vertical + " " + horizontal;
  }
}
