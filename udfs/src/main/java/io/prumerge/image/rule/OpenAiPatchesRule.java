package io.prumerge.image.rule;

/**
 * OpenAI's models that count patches of 32 pixels, by its guide to images and vision: a picture of
 * more patches than it may have is shrunk.
 *
 * @param most patches
 * @param factor tokens of a patch; not as the guide says for every model, so ask about pictures of
 *     two sizes
 */
record OpenAiPatchesRule(int most, double factor) implements TokenRule {

  private static final int SIDE = 32;

  /** Below this a length that is computed is the whole number beside it. */
  private static final double ROUNDING = 1e-6;

  @Override
  public PictureTokens of(int width, int height) {
    int patches = patches(width) * patches(height);
    if (patches > most) {
      double scale = Math.sqrt((double) SIDE * SIDE * most / ((double) width * height));
      double cols = width * scale / SIDE;
      double rows = height * scale / SIDE;
      double whole = scale * Math.min(Math.floor(cols) / cols, Math.floor(rows) / rows);
      patches = Math.min(most, patches(width * whole) * patches(height * whole));
    }
    return new PictureTokens((int) Math.ceil(patches * factor), 0);
  }

  private static int patches(double length) {
    return Math.max(1, (int) Math.ceil(length / SIDE - ROUNDING));
  }
}
