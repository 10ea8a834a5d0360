package io.prumerge.image.rule;

/**
 * Anthropic's models, by its page on vision: a token for each 28 x 28 pixels, of the largest
 * picture of the same aspect within an edge and a number of tokens. How it finds that one isn't
 * published: here the longer side is the longest whole number of pixels.
 *
 * @param edge the longer side at most, in pixels
 * @param most tokens
 */
record ClaudeRule(int edge, int most) implements TokenRule {

  private static final int SIDE = 28;

  @Override
  public PictureTokens of(int width, int height) {
    int longer = Math.max(width, height);
    int longest = Math.min(longer, edge);
    while (longest > 1 && tokens(longest, width, height) > most) {
      longest--;
    }
    return new PictureTokens(tokens(longest, width, height), 0);
  }

  private static int tokens(int longest, int width, int height) {
    double aspect = (double) width / height;
    double shorter = aspect >= 1 ? longest / aspect : longest * aspect;
    return squares(longest) * squares(Math.max(1, (int) Math.rint(shorter)));
  }

  private static int squares(int length) {
    return (length + SIDE - 1) / SIDE;
  }
}
