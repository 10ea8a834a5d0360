package io.prumerge.mini.scene;

import io.prumerge.image.RgbImage;

/** Paints scenes with integer arithmetic only, so that every platform gets the same bytes. */
public final class ScenePainter {

  /** Opacity of a shadow, of {@link Mask#FULL}; low enough that it is not seen as an object. */
  private static final int SHADOW = 12;

  private static final int SHADOW_RIGHT = 1;
  private static final int SHADOW_DOWN = 2;

  /** How much lighter the top and darker the bottom of a raised element is, in levels of 255. */
  private static final int LIGHT = 10;

  /** Opacity of the line on which bars stand, of {@link Mask#FULL}. */
  private static final int BASELINE = 24;

  /** Opacity of the lines one unit apart behind bars, of {@link Mask#FULL}. */
  private static final int UNIT_LINE = 5;

  private final byte[] rgb;

  private ScenePainter(byte[] rgb) {
    this.rgb = rgb;
  }

  /** The picture, {@link Scene#SIDE} pixels high and wide. */
  public static RgbImage paint(Scene scene) {
    ScenePainter painter = new ScenePainter(BackdropPainter.paint(scene.backdrop()));
    scene.chart().ifPresent(chart -> painter.lines(chart, scene.backdrop().tint()));
    for (Layer layer : Layer.of(scene)) {
      painter.add(layer);
    }
    return new RgbImage(Scene.SIDE, Scene.SIDE, painter.rgb);
  }

  private void add(Layer layer) {
    Box box = layer.box();
    if (layer.raised()) {
      for (int y = 0; y < box.height(); y++) {
        for (int x = 0; x < box.width(); x++) {
          int alpha = layer.mask().at(x, y) * SHADOW / Mask.FULL;
          blend(box.left() + x + SHADOW_RIGHT, box.top() + y + SHADOW_DOWN, 0, alpha);
        }
      }
    }
    for (int y = 0; y < box.height(); y++) {
      int light = layer.raised() ? LIGHT - 2 * LIGHT * y / (box.height() - 1) : 0;
      int paint = lit(layer.paint(), light);
      for (int x = 0; x < box.width(); x++) {
        blend(box.left() + x, box.top() + y, paint, layer.mask().at(x, y));
      }
    }
  }

  /** Paints lines one pixel high, too little to make a patch foreground. */
  private void lines(Chart chart, int tint) {
    Box first = chart.bars().get(0).box();
    Box last = chart.bars().get(chart.bars().size() - 1).box();
    for (int unit = 0; unit <= Bar.HIGHEST; unit++) {
      int y = first.bottom() - unit * Scene.PATCH;
      for (int x = first.left() - Scene.PATCH / 2; x < last.right() + Scene.PATCH / 2; x++) {
        blend(x, y, SceneColours.ink(tint), unit == 0 ? BASELINE : UNIT_LINE);
      }
    }
  }

  private static int lit(int paint, int light) {
    int result = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int channel = (paint >> shift & 255) + light;
      result |= Math.max(0, Math.min(255, channel)) << shift;
    }
    return result;
  }

  /** Blends a colour into a pixel. Pixels outside the picture are skipped. */
  private void blend(int x, int y, int paint, int alpha) {
    if (x < 0 || y < 0 || x >= Scene.SIDE || y >= Scene.SIDE || alpha == 0) {
      return;
    }
    int at = 3 * (y * Scene.SIDE + x);
    for (int i = 0; i < 3; i++) {
      int below = rgb[at + i] & 255;
      int above = paint >> 16 - 8 * i & 255;
      int mixed = below * (Mask.FULL - alpha) + above * alpha + Mask.FULL / 2;
      rgb[at + i] = (byte) (mixed / Mask.FULL);
    }
  }
}
