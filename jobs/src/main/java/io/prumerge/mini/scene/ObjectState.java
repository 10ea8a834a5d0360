package io.prumerge.mini.scene;

import java.util.Objects;

/**
 * Where an object is in one frame of a clip, and its colour.
 *
 * @param left first column, 0 to {@link Clip#SIDE} - 1; columns go on from the left side
 * @param top first row, likewise
 */
public record ObjectState(int left, int top, Colour colour) {
  public ObjectState {
    Objects.checkIndex(left, Clip.SIDE);
    Objects.checkIndex(top, Clip.SIDE);
  }
}
