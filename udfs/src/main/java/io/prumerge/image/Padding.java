package io.prumerge.image;

/**
 * The picture that is resized: the image itself, or the image on a square of one colour.
 *
 * @param width of the padded picture, in pixels
 * @param height of the padded picture
 * @param left column of the image's left edge on it
 * @param top row of the image's upper edge on it
 * @param colour packed red, green, blue, the red in bits 16 to 23
 */
public record Padding(int width, int height, int left, int top, int colour) {
  /** Returns no padding: the image itself. */
  public static Padding none(int width, int height) {
    return new Padding(width, height, 0, 0, 0);
  }

  /**
   * Returns the padding of LLaVA's expand2square (llava/mm_utils.py): the side is the longer one,
   * the offset rounds down.
   */
  public static Padding square(int width, int height, int colour) {
    int side = Math.max(width, height);
    return new Padding(side, side, (side - width) / 2, (side - height) / 2, colour);
  }

  /** Fills a row with the colour. */
  void fill(byte[] row) {
    for (int i = 0; i < row.length; i += 3) {
      row[i] = (byte) (colour >> 16);
      row[i + 1] = (byte) (colour >> 8);
      row[i + 2] = (byte) colour;
    }
  }
}
