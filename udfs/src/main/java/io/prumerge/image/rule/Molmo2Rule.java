package io.prumerge.image.rule;

/**
 * Molmo2: the whole picture, and crops that overlap, whose patches are pooled two by two
 * (transformers 5.24.0, {@code image_processing_molmo2.py}); in single precision, as there.
 *
 * @param most crops ({@code max_crops})
 */
record Molmo2Rule(int most) implements TokenRule {

  private static final int PATCH = 14;
  private static final int CROP = 378 / PATCH;
  private static final int MARGINS = 8;
  private static final int WINDOW = CROP - MARGINS;
  private static final int POOL = 2;

  private record Tiles(int rows, int cols) {}

  @Override
  public PictureTokens of(int width, int height) {
    Tiles tiles = tiles(height - MARGINS * PATCH, width - MARGINS * PATCH);
    int whole = pooled(CROP);
    int rows = pooled(tiles.rows() * WINDOW + MARGINS);
    int cols = pooled(tiles.cols() * WINDOW + MARGINS);
    return new PictureTokens(whole * whole + rows * cols, 4 + whole + rows);
  }

  /** Returns the grid that enlarges least, else the one that shrinks least. */
  private Tiles tiles(int height, int width) {
    Tiles smallest = null;
    Tiles largest = null;
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int number = 1; number <= most; number++) {
      for (int rows = 1; rows <= number; rows++) {
        if (number % rows != 0) {
          continue;
        }
        float scale = Math.min(scale(rows, height), scale(number / rows, width));
        if (scale >= 1 && scale < least) {
          least = scale;
          smallest = new Tiles(rows, number / rows);
        }
        if (scale > greatest) {
          greatest = scale;
          largest = new Tiles(rows, number / rows);
        }
      }
    }
    return smallest != null ? smallest : largest;
  }

  private static float scale(int tiles, int length) {
    return (float) (tiles * WINDOW * PATCH) / length;
  }

  private static int pooled(int patches) {
    return (patches + POOL - 1) / POOL;
  }
}
