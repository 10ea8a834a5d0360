package io.prumerge.mini.scene;

import io.prumerge.image.codec.RgbImage;

/**
 * Paints frames of clips with integer arithmetic only, so that every platform gets the same bytes.
 */
public final class ClipPainter {

  private ClipPainter() {}

  /**
   * Returns a frame, {@link Clip#SIDE} pixels high and wide.
   *
   * @param frame from 0 to {@link Clip#FRAMES} - 1
   */
  public static RgbImage paint(Clip clip, int frame) {
    byte[] rgb = new byte[3 * Clip.SIDE * Clip.SIDE];
    for (int at = 0; at < rgb.length; at += 3) {
      Mask.blend(rgb, at, clip.backdrop().tint(), Mask.FULL);
    }
    for (ClipObject object : clip.objects()) {
      add(object, object.states().get(frame), rgb);
    }
    return new RgbImage(Clip.SIDE, Clip.SIDE, rgb);
  }

  private static void add(ClipObject object, ObjectState state, byte[] rgb) {
    Mask mask = Layer.ShapeMasks.of(object.shape(), object.side());
    int paint = SceneColours.of(state.colour());
    for (int y = 0; y < mask.height(); y++) {
      for (int x = 0; x < mask.width(); x++) {
        int row = (state.top() + y) % Clip.SIDE;
        int col = (state.left() + x) % Clip.SIDE;
        Mask.blend(rgb, 3 * (row * Clip.SIDE + col), paint, mask.at(x, y));
      }
    }
  }
}
