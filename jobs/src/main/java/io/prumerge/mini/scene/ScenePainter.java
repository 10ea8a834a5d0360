package io.prumerge.mini.scene;

import io.prumerge.image.codec.RgbImage;

/**
 * Paints scenes and pages with integer arithmetic only, so that every platform gets the same bytes.
 */
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

  /** Returns the picture, {@link Scene#SIDE} pixels high and wide. */
  public static RgbImage paint(Scene scene) {
    ScenePainter painter = new ScenePainter(BackdropPainter.paint(scene.backdrop()));
    scene.chart().ifPresent(chart -> painter.lines(chart, scene.backdrop().tint()));
    for (Layer layer : Layer.of(scene)) {
      painter.add(layer);
    }
    return new RgbImage(Scene.SIDE, Scene.SIDE, painter.rgb);
  }

  /** Returns the picture of a page, as large as a scene's. */
  public static RgbImage paint(FormPage page) {
    ScenePainter painter = new ScenePainter(BackdropPainter.paint(page.backdrop()));
    Layer.of(page).forEach(painter::add);
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
    Mask.blend(rgb, 3 * (y * Scene.SIDE + x), paint, alpha);
  }

  /** Paints the empty picture: a tint with small variations of brightness. */
  static final class BackdropPainter {

    /** Side of the tile of grain, in pixels. The tile is repeated to keep the file small. */
    private static final int TILE = 56;

    private static final int GRAIN = 7;
    private static final int STRIPE = 4;
    private static final int CHECKER = 3;
    private static final int GRADIENT = 14;

    private BackdropPainter() {}

    /** Returns red, green and blue of each pixel in raster order. */
    static byte[] paint(Backdrop backdrop) {
      SceneRandom random = new SceneRandom(backdrop.grain());
      Pattern pattern =
          switch (backdrop.texture()) {
            case PLAIN -> (x, y) -> 0;
            case GRAIN -> grain(random);
            case STRIPES -> stripes(random);
            case GRADIENT -> gradient(random);
            case CHECKER -> checker(random);
          };
      byte[] rgb = new byte[3 * Scene.SIDE * Scene.SIDE];
      int at = 0;
      for (int y = 0; y < Scene.SIDE; y++) {
        for (int x = 0; x < Scene.SIDE; x++) {
          int light = pattern.light(x, y);
          for (int shift = 16; shift >= 0; shift -= 8) {
            rgb[at++] = (byte) Math.max(0, Math.min(255, (backdrop.tint() >> shift & 255) + light));
          }
        }
      }
      return rgb;
    }

    /** How much lighter than the tint a pixel is, in levels of 255. */
    private interface Pattern {
      int light(int x, int y);
    }

    /** Returns noise like paper: each value is the mean of nine. */
    private static Pattern grain(SceneRandom random) {
      int[] noise = new int[TILE * TILE];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = random.between(-3 * GRAIN, 3 * GRAIN);
      }
      int[] tile = new int[TILE * TILE];
      for (int i = 0; i < tile.length; i++) {
        int sum = 0;
        for (int j = 0; j < 9; j++) {
          int y = (i / TILE + j / 3) % TILE;
          int x = (i % TILE + j % 3) % TILE;
          sum += noise[y * TILE + x];
        }
        tile[i] = sum / 9;
      }
      return (x, y) -> tile[y % TILE * TILE + x % TILE];
    }

    /** Returns vertical, horizontal or diagonal stripes with soft edges. */
    private static Pattern stripes(SceneRandom random) {
      int right = random.between(0, 1);
      int down = right == 0 ? 1 : random.between(-1, 1);
      int half = random.between(7, 13);
      int start = random.below(2 * half);
      return (x, y) -> {
        int phase = Math.floorMod(x * right + y * down + start, 2 * half);
        int wave = Math.abs(phase - half) - half / 2;
        return Math.max(-STRIPE, Math.min(STRIPE, wave * STRIPE / 2));
      };
    }

    /** Returns a gradient from one side or corner to the opposite one. */
    private static Pattern gradient(SceneRandom random) {
      int right = random.between(-1, 1);
      int down = right == 0 ? 1 - 2 * random.below(2) : random.between(-1, 1);
      int steps = Math.abs(right) + Math.abs(down);
      int middle = Scene.SIDE / 2;
      return (x, y) -> GRADIENT * ((x - middle) * right + (y - middle) * down) / (middle * steps);
    }

    private static Pattern checker(SceneRandom random) {
      int side = random.between(10, 20);
      int startX = random.below(side);
      int startY = random.below(side);
      return (x, y) -> ((x + startX) / side + (y + startY) / side) % 2 == 0 ? CHECKER : -CHECKER;
    }
  }
}
