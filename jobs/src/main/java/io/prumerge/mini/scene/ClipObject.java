package io.prumerge.mini.scene;

import java.util.List;

/**
 * A shape of a clip.
 *
 * @param side height and width, in pixels
 * @param states one for each frame
 */
public record ClipObject(Shape shape, int side, List<ObjectState> states) {
  public ClipObject {
    states = List.copyOf(states);
    if (states.size() != Clip.FRAMES) {
      throw new IllegalArgumentException(
          "An object has " + states.size() + " states in " + Clip.FRAMES + " frames");
    }
  }

  /** Returns the first frame in which it has another colour than in the one before; 0 if none. */
  public int firstChange() {
    for (int frame = 1; frame < states.size(); frame++) {
      if (changes(frame)) {
        return frame;
      }
    }
    return 0;
  }

  /** Returns in how many frames it has another colour than in the one before. */
  public int changes() {
    int changes = 0;
    for (int frame = 1; frame < states.size(); frame++) {
      changes += changes(frame) ? 1 : 0;
    }
    return changes;
  }

  private boolean changes(int frame) {
    return states.get(frame).colour() != states.get(frame - 1).colour();
  }
}
