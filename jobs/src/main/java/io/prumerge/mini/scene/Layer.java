package io.prumerge.mini.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  /** Every character of a page. */
  static List<Layer> of(FormPage page) {
    int ink = SceneColours.ink(page.backdrop().tint());
    List<Layer> layers = new ArrayList<>();
    for (PageLine line : page.lines()) {
      addText(line.label(), page.labelLeft(), line.top(), page.print(), ink, layers);
      addText(line.value(), page.valueLeft(), line.top(), page.print(), ink, layers);
    }
    return layers;
  }

  private static void addText(
      String text, int left, int top, PrintSize print, int ink, List<Layer> layers) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      Mask mask =
          switch (print) {
            case LARGE -> GlyphMasks.of(character);
            case SMALL -> GlyphMasks.small(character);
          };
      Box cell = new Box(left + i * Scene.PATCH, top, Scene.PATCH, Scene.PATCH);
      layers.add(new Layer(cell, mask, ink, false));
    }
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
   * Masks of the shapes with smooth edges: a pixel's share is counted over 8 x 8 points, and
   * integer arithmetic decides whether a point is inside.
   */
  static final class ShapeMasks {

    private static final int POINTS = 8;

    /** In coordinates of shapes, the distance from the middle to the side of the box. */
    private static final int UNIT = 1000;

    private static final long SQUARE = 920;
    private static final long ARM = 340;
    private static final long ARM_END = 980;
    private static final long HOLE = 540;

    /** Equilateral; x, y of each corner. */
    private static final int[] TRIANGLE = {0, -880, 1000, 852, -1000, 852};

    /** Five points; the inner corners at 0.46 of the outer ones, both moved down to the middle. */
    private static final int[] STAR = {
      0, -905, 270, -277, 951, -214, 437, 237, 588, 904, 0, 555, -588, 904, -437, 237, -951, -214,
      -270, -277
    };

    private static final Map<Key, Mask> MASKS = new ConcurrentHashMap<>();

    private record Key(Shape shape, int side) {}

    private ShapeMasks() {}

    /** Returns the shape in a square box of {@code side} pixels. */
    static Mask of(Shape shape, int side) {
      return MASKS.computeIfAbsent(new Key(shape, side), ShapeMasks::draw);
    }

    private static Mask draw(Key key) {
      int side = key.side();
      byte[] alpha = new byte[side * side];
      int points = side * POINTS;
      for (int v = 0; v < points; v++) {
        for (int u = 0; u < points; u++) {
          // The middle of each point's cell: an odd number over the number of points.
          long x = (long) UNIT * (2 * u + 1 - points);
          long y = (long) UNIT * (2 * v + 1 - points);
          if (inside(key.shape(), x, y, points)) {
            alpha[v / POINTS * side + u / POINTS]++;
          }
        }
      }
      return new Mask(side, side, alpha);
    }

    /** Coordinates are in 1/scale of a shape's. */
    private static boolean inside(Shape shape, long x, long y, long scale) {
      long ax = Math.abs(x);
      long ay = Math.abs(y);
      return switch (shape) {
        case CIRCLE -> within(UNIT, x, y, scale);
        case RING -> within(UNIT, x, y, scale) && !within(HOLE, x, y, scale);
        case SQUARE -> Math.max(ax, ay) <= SQUARE * scale;
        case CROSS -> Math.min(ax, ay) <= ARM * scale && Math.max(ax, ay) <= ARM_END * scale;
        case TRIANGLE -> within(TRIANGLE, x, y, scale);
        case STAR -> within(STAR, x, y, scale);
      };
    }

    private static boolean within(long radius, long x, long y, long scale) {
      return x * x + y * y <= radius * radius * scale * scale;
    }

    /** Applies the even-odd rule: a ray to the right meets an odd number of sides. */
    private static boolean within(int[] corners, long x, long y, long scale) {
      boolean inside = false;
      for (int i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
        long fromX = corners[j] * scale;
        long fromY = corners[j + 1] * scale;
        long toX = corners[i] * scale;
        long toY = corners[i + 1] * scale;
        if (fromY > y != toY > y) {
          long side = (x - fromX) * (toY - fromY) - (toX - fromX) * (y - fromY);
          inside ^= toY > fromY ? side < 0 : side > 0;
        }
      }
      return inside;
    }
  }
}
