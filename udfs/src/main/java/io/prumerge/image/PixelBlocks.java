package io.prumerge.image;

import java.util.Arrays;

/**
 * The pixels of one view, after resizing, in the blocks that become one token each.
 *
 * @param pixels of the view
 * @param width of the view in pixels; what stands right of its last block, or below, is in none
 * @param grid the blocks
 * @param edge of a block in pixels
 */
public record PixelBlocks(PixelBytes pixels, int width, PatchGrid grid, int edge) {

  private static final int CHANNELS = 3;

  /**
   * Returns whether no value of two blocks differs by more than so much.
   *
   * @param most in the units of normalised values; differences are fp32
   */
  public boolean withinValues(int block, int other, float most) {
    PixelValues table = pixels.table();
    return within(
        block,
        other,
        (channel, one, two) -> Math.abs(table.of(channel, one) - table.of(channel, two)) <= most);
  }

  /** Returns whether no byte of two blocks, 0 to 255, differs by more than so many steps. */
  public boolean withinSteps(int block, int other, int most) {
    return within(block, other, (channel, one, two) -> Math.abs(one - two) <= most);
  }

  /** Whether two levels of a channel are alike. */
  private interface Levels {
    boolean alike(int channel, int one, int two);
  }

  private boolean within(int block, int other, Levels levels) {
    byte[] bytes = pixels.bytes();
    for (int row = 0; row < edge; row++) {
      int one = first(block, row);
      int two = first(other, row);
      int length = CHANNELS * edge;
      if (Arrays.equals(bytes, one, one + length, bytes, two, two + length)) {
        continue;
      }
      for (int i = 0; i < length; i++) {
        if (!levels.alike(i % CHANNELS, bytes[one + i] & 0xff, bytes[two + i] & 0xff)) {
          return false;
        }
      }
    }
    return true;
  }

  // The index of the first byte of a block's row.
  private int first(int block, int row) {
    int y = block / grid.cols() * edge + row;
    return CHANNELS * (y * width + block % grid.cols() * edge);
  }
}
