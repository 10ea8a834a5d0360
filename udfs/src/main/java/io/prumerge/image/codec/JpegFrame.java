package io.prumerge.image.codec;

import java.util.ArrayList;
import java.util.List;

/** How the picture is coded. */
record JpegFrame(boolean progressive, List<Component> components) {

  /**
   * A component's share of samples: {@code horizontal} by {@code vertical} where the component with
   * most has the largest numbers of the frame.
   */
  record Component(int id, int horizontal, int vertical) {}

  /** Reads the header after a marker, whose length is checked. */
  static JpegFrame read(ImageBytes file, int marker, long at) throws ImageException {
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < file.u8(at + 5); i++) {
      int sampling = file.u8(at + 7 + 3L * i);
      components.add(new Component(file.u8(at + 6 + 3L * i), sampling >> 4, sampling & 0xf));
    }
    return new JpegFrame(marker == JpegMarker.SOF2, List.copyOf(components));
  }

  /** Returns the place of the component of that id; -1 if there is none. */
  int indexOf(int id) {
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).id() == id) {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether a component has all columns, but a row of samples for two of the picture. */
  boolean isHalvedInRows(int component) {
    Component one = components.get(component);
    return one.horizontal() == components.stream().mapToInt(Component::horizontal).max().orElse(0)
        && 2 * one.vertical() == components.stream().mapToInt(Component::vertical).max().orElse(0);
  }
}
