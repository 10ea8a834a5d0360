package io.prumerge.image.rule;

/**
 * OpenAI's models that count tiles of 512 pixels, by its guide to images and vision: the picture
 * within 2,048 pixels, its shorter side at most 768.
 *
 * @param base tokens of every picture
 * @param tile tokens of a tile
 * @param low whether the base is all ({@code detail} low)
 */
record OpenAiTilesRule(int base, int tile, boolean low) implements TokenRule {

  private static final double LONGEST = 2048;
  private static final double SHORTER = 768;
  private static final int SIDE = 512;

  /** Below this a length that is computed is the whole number beside it. */
  private static final double ROUNDING = 1e-6;

  @Override
  public PictureTokens of(int width, int height) {
    if (low) {
      return new PictureTokens(base, 0);
    }
    double fit = Math.min(1, LONGEST / Math.max(width, height));
    double scale = fit * Math.min(1, SHORTER / (fit * Math.min(width, height)));
    return new PictureTokens(base + tile * tiles(width * scale) * tiles(height * scale), 0);
  }

  private static int tiles(double length) {
    return (int) Math.ceil(length / SIDE - ROUNDING);
  }
}
