package io.prumerge.mini.scene;

/** Paints the empty picture: a tint with small variations of brightness. */
final class BackdropPainter {

  /** Side of the tile of grain, in pixels. The tile is repeated to keep the file small. */
  private static final int TILE = 56;

  private static final int GRAIN = 7;
  private static final int STRIPE = 4;
  private static final int CHECKER = 3;
  private static final int GRADIENT = 14;

  private BackdropPainter() {}

  /** Red, green and blue of each pixel in raster order. */
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

  /** Noise like paper: each value is the mean of nine. */
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

  /** Vertical, horizontal or diagonal stripes with soft edges. */
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

  /** A gradient from one side or corner to the opposite one. */
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
