package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

/**
 * Capital letters or digits, one per patch from left to right.
 *
 * @param text 1 to 12 of A to Z and 0 to 9
 * @param kind where the text comes from
 * @param box as wide as the text's patches and one patch high; at most one pixel off the patch grid
 */
public record PrintedWord(String text, WordKind kind, Box box) {
  public PrintedWord {
    if (!text.matches("[A-Z0-9]{1,12}")) {
      throw new IllegalArgumentException(
          Text.format("Word '%s' is not 1 to 12 of A to Z and 0 to 9", text));
    }
    if (box.width() != text.length() * Scene.PATCH || box.height() != Scene.PATCH) {
      throw new IllegalArgumentException(Text.format("%s is not the box of %s", box, text));
    }
  }

  /** Returns the cell of one character, counted from 0. */
  public Box box(int character) {
    return new Box(box.left() + character * Scene.PATCH, box.top(), Scene.PATCH, Scene.PATCH);
  }

  /** Returns {@code top} or {@code bottom}: the half of the picture in which it lies. */
  public String vertical() {
    return box.position().vertical();
  }
}
