package io.prumerge.text;

import io.prumerge.image.ViewGrid;

/**
 * The text of an image in tiles, in a prompt: the tiles' row by row, then that of the whole image.
 *
 * @param tile with the image's token once, and {@value #ROW} and {@value #COLUMN} in place of the
 *     tile's numbers, from 1
 * @param lineEnd after the tiles of a row
 * @param whole with the image's token once
 */
public record TiledImageText(String tile, String lineEnd, String whole) {

  private static final String ROW = "{row}";
  private static final String COLUMN = "{column}";

  /** Returns the text of an image, with the image's token once for each view. */
  public String of(ViewGrid grid) {
    StringBuilder text = new StringBuilder();
    for (int row = 1; row <= grid.rows(); row++) {
      for (int col = 1; col <= grid.cols(); col++) {
        text.append(
            tile.replace(ROW, Integer.toString(row)).replace(COLUMN, Integer.toString(col)));
      }
      text.append(lineEnd);
    }
    return text.append(whole).toString();
  }
}
