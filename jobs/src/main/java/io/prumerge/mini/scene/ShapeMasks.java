package io.prumerge.mini.scene;

import io.prumerge.mini.scene.Layer.Mask;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Masks of the shapes with smooth edges: a pixel's share is counted over 8 x 8 points, and integer
 * arithmetic decides whether a point is inside.
 */
final class ShapeMasks {

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

  /** Even-odd rule: a ray to the right meets an odd number of sides. */
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
