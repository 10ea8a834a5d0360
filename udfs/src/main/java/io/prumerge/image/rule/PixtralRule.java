package io.prumerge.image.rule;

/**
 * Pixtral and Mistral 3: the picture within a square, each side up to the next multiple of a
 * token's, and a break after each row, the last one an end (transformers 5.24.0, {@code
 * image_processing_pixtral.py}).
 *
 * @param longest side of the square in pixels ({@code size.longest_edge})
 * @param side of a token in pixels: a patch's, times {@code spatial_merge_size}
 */
record PixtralRule(int longest, int side) implements TokenRule {

  @Override
  public PictureTokens of(int width, int height) {
    double ratio = Math.max((double) height / longest, (double) width / longest);
    int cols = along(width, ratio);
    int rows = along(height, ratio);
    if (cols == 0 || rows == 0) {
      throw new IllegalArgumentException("is too long: nothing is left of its shorter side");
    }
    return new PictureTokens(cols * rows, rows);
  }

  private int along(int length, double ratio) {
    int fitted = ratio > 1 ? (int) Math.floor(length / ratio) : length;
    return Math.floorDiv(fitted - 1, side) + 1;
  }
}
