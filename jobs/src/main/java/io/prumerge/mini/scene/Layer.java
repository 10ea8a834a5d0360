package io.prumerge.mini.scene;

import io.prumerge.mini.scene.Chart.Bar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One element that is painted over the backdrop.
 *
 * @param paint 0xRRGGBB
 * @param raised whether it has a shadow and is lit from above
 */
record Layer(Box box, Mask mask, int paint, boolean raised) {

  /** Objects, then the word's characters, then bars, each in the scene's order. */
  static List<Layer> of(Scene scene) {
    List<Layer> layers = new ArrayList<>();
    for (SceneObject object : scene.objects()) {
      Mask mask = ShapeMasks.of(object.shape(), object.box().width());
      layers.add(new Layer(object.box(), mask, SceneColours.of(object.colour()), true));
    }
    int ink = SceneColours.ink(scene.backdrop().tint());
    scene.word().ifPresent(word -> addCharacters(word, ink, layers));
    scene.chart().ifPresent(chart -> chart.bars().forEach(bar -> layers.add(of(bar))));
    return layers;
  }

  private static void addCharacters(PrintedWord word, int ink, List<Layer> layers) {
    for (int i = 0; i < word.text().length(); i++) {
      layers.add(new Layer(word.box(i), GlyphMasks.of(word.text().charAt(i)), ink, false));
    }
  }

  private static Layer of(Bar bar) {
    Box box = bar.box();
    byte[] alpha = new byte[box.width() * box.height()];
    Arrays.fill(alpha, (byte) Mask.FULL);
    return new Layer(
        box, new Mask(box.width(), box.height(), alpha), SceneColours.of(bar.colour()), true);
  }

  /**
   * The covered share of each pixel of a box, from 0 to {@value #FULL}.
   *
   * @param alpha row-major; shared, so never modified
   */
  record Mask(int width, int height, byte[] alpha) {

    /** The value of a fully covered pixel: all of its 8 x 8 points. */
    static final int FULL = 64;

    Mask {
      if (alpha.length != width * height) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%d values are not a %dx%d mask", alpha.length, width, height));
      }
    }

    int at(int x, int y) {
      return alpha[y * width + x];
    }
  }
}
