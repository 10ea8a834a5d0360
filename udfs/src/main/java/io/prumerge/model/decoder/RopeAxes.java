package io.prumerge.model.decoder;

import io.prumerge.model.connector.VisualGrid;
import java.util.List;

/**
 * M-RoPE's axes of a position in a sequence: time, row and column (transformers 4.57.1, {@code
 * modeling_qwen2_5_vl.py}, {@code get_rope_index}). The three are equal in text. An image's tokens
 * have its time, and their own row and column after it; those of a video's view have the view's
 * time after its first one. The text after it goes on behind the largest part of any of its tokens.
 * Places count all tokens, also those that a method dropped, so that what is left keeps its parts.
 *
 * @param images in the order of the sequence
 */
public record RopeAxes(List<RopeImage> images) {

  /** The parts of a position. */
  public static final int PARTS = 3;

  /** A sequence without images. */
  static final RopeAxes TEXT = new RopeAxes(List.of());

  public RopeAxes {
    images = List.copyOf(images);
  }

  /** Returns the parts of places, those of one place together. */
  public int[] of(int[] places) {
    int[] parts = new int[PARTS * places.length];
    for (int i = 0; i < places.length; i++) {
      put(places[i], parts, PARTS * i);
    }
    return parts;
  }

  private void put(int place, int[] parts, int at) {
    int saved = 0;
    for (RopeImage image : images) {
      int token = place - image.first();
      VisualGrid grid = image.grid();
      if (token >= 0 && token < grid.tokens()) {
        int first = image.first() - saved;
        int patch = token % grid.view().patches();
        parts[at] = first + grid.times().get(token / grid.view().patches());
        parts[at + 1] = first + patch / grid.view().cols();
        parts[at + 2] = first + patch % grid.view().cols();
        return;
      }
      saved += token < 0 ? 0 : image.saved();
    }
    for (int part = 0; part < PARTS; part++) {
      parts[at + part] = place - saved;
    }
  }
}
