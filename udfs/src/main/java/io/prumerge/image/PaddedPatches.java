package io.prumerge.image;

import java.util.stream.IntStream;

/**
 * The patches of a picture that was padded to a square which show nothing but padding: rows above
 * and below a wide one, columns beside a tall one. MMTok leaves them out (Ironieser/MMTok d1522cd,
 * {@code calculate_padding_patch_indices} of {@code patch_llava.py}).
 */
public final class PaddedPatches {

  private PaddedPatches() {}

  /**
   * Returns their indices, rising.
   *
   * @param width of the picture
   * @param height of the picture
   * @param side of the square that the tower takes, in pixels
   * @param patch side of a patch in pixels
   */
  public static int[] of(int width, int height, int side, int patch) {
    int grid = side / patch;
    int shorter = Math.min(width, height);
    double scale = side / (double) Math.max(width, height);
    int scaled = (int) Math.rint(shorter * scale);
    int before = (side - scaled) / 2 / patch;
    int after = (side - scaled - (side - scaled) / 2) / patch;
    boolean rows = width > height;
    return IntStream.range(0, grid * grid)
        .filter(
            index -> {
              int line = rows ? index / grid : index % grid;
              return line < before || line >= grid - after;
            })
        .toArray();
  }
}
