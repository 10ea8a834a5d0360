package io.prumerge.image.size;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;

/**
 * About the picture's own size and aspect: each side the nearest multiple of a length, an area
 * within bounds (transformers 4.57.1, {@code image_processing_qwen2_vl.py}, {@code smart_resize}).
 *
 * @param multiple what each side is a multiple of: patches that become one token
 * @param least pixels of the result
 * @param most pixels of the result; one that is very long may have more
 * @param square whether pictures are padded to squares of that area first
 */
public record NativeSize(int multiple, long least, long most, boolean square) {

  /** How many times longer one side may be than the other. */
  public static final int MOST_ASPECT = 200;

  /** What is wrong with a picture or frame that is longer. */
  public static final String TOO_LONG =
      "is too long: the model takes one whose longer side is at most "
          + MOST_ASPECT
          + " times the other; cut it";

  /** The size of pictures that keep their aspect. */
  public NativeSize(int multiple, long least, long most) {
    this(multiple, least, most, false);
  }

  public NativeSize {
    TargetSize.requireSize("patch_size x merge_size", multiple);
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          Text.format(
              "Pictures cannot have %d to %d pixels: min_pixels must be 1 to max_pixels",
              least, most));
    }
  }

  /** Returns whether a picture is not too long. */
  public boolean takes(int width, int height) {
    return square || !isTooLong(width, height);
  }

  static boolean isTooLong(int width, int height) {
    return Math.max(width, height) > (long) MOST_ASPECT * Math.min(width, height);
  }

  /** Returns the size of a picture that is not longer than its aspect may be. */
  public Resolution of(int width, int height) {
    if (square) {
      int side = (int) Math.round(Math.sqrt(most));
      return new Resolution(side, side);
    }
    long rows = Math.round(Math.rint((double) height / multiple)) * multiple;
    long cols = Math.round(Math.rint((double) width / multiple)) * multiple;
    double area = (double) height * width;
    if (rows * cols > most) {
      double shrink = Math.sqrt(area / most);
      rows = Math.max(1, (long) Math.floor(height / shrink / multiple)) * multiple;
      cols = Math.max(1, (long) Math.floor(width / shrink / multiple)) * multiple;
    } else if (rows * cols < least) {
      double grow = Math.sqrt(least / area);
      rows = (long) Math.ceil(height * grow / multiple) * multiple;
      cols = (long) Math.ceil(width * grow / multiple) * multiple;
    }
    return new Resolution(Math.toIntExact(rows), Math.toIntExact(cols));
  }

  /**
   * Returns the multiples along the sides of a picture: a token is made of each.
   *
   * @throws IllegalArgumentException as {@link #within(PictureLimit, ViewGrid)}
   */
  public PatchGrid grid(ViewGrid image) {
    return image
        .limit()
        .map(limit -> within(limit, image.width(), image.height()))
        .orElse(this)
        .grid(image.width(), image.height());
  }

  /** Returns the grid of patches of a picture without a limit. */
  public PatchGrid grid(int width, int height) {
    Resolution size = of(width, height);
    return new PatchGrid(size.height() / multiple, size.width() / multiple);
  }

  /**
   * Returns a picture of which less is seen.
   *
   * @throws IllegalArgumentException if pictures become squares, the bounds have more pixels at
   *     least, or the picture has more tokens nevertheless
   */
  public ViewGrid within(PictureLimit limit, ViewGrid image) {
    PictureLimit.OfTokens tokens = limit(limit);
    within(tokens, image.width(), image.height());
    return image.within(tokens);
  }

  /**
   * Returns a limit for such pictures.
   *
   * @throws IllegalArgumentException for any other
   */
  public static PictureLimit.OfTokens limit(PictureLimit limit) {
    if (limit instanceof PictureLimit.OfTokens tokens) {
      return tokens;
    }
    throw new IllegalArgumentException(
        "Cannot count the tiles of a model that sees pictures at their own size; give tokens=N"
            + " or tokens=P%");
  }

  /**
   * Returns the bounds of one picture where a limit leaves fewer tokens: {@code max_pixels} is that
   * of so many.
   *
   * @throws IllegalArgumentException as {@link #within(PictureLimit, ViewGrid)}
   */
  public NativeSize within(PictureLimit.OfTokens limit, int width, int height) {
    if (square) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot make a picture smaller before the tower: all become squares of %d tokens;"
                  + " leave square out",
              grid(width, height).patches()));
    }
    int tokens = limit.most(grid(width, height).patches());
    long pixels = (long) tokens * multiple * multiple;
    if (pixels < least) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot make a picture of %d x %d pixels smaller to %d tokens, which are %d pixels:"
                  + " the least are %d; give %d tokens or more, or fewer min_pixels",
              width,
              height,
              tokens,
              pixels,
              least,
              (least + (long) multiple * multiple - 1) / ((long) multiple * multiple)));
    }
    NativeSize smaller = new NativeSize(multiple, least, Math.min(most, pixels));
    int left = smaller.grid(width, height).patches();
    if (left > tokens) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot make a picture of %d x %d pixels smaller to %d tokens: its sides become"
                  + " multiples of %d pixels, and %d tokens are left",
              width, height, tokens, multiple, left));
    }
    return smaller;
  }
}
