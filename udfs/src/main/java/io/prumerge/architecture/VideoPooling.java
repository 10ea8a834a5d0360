package io.prumerge.architecture;

/** How a square grid of projected rows, n to a side, becomes a smaller one. */
public enum VideoPooling {
  /**
   * Bilinear interpolation to ceil(n / 2) a side (transformers 4.57.1, {@code
   * modeling_llava_onevision.py}, {@code apply_pooling}).
   */
  BILINEAR,
  /**
   * Means of 2 x 2 rows, floor(n / 2) a side (LLaVA-VL/LLaVA-NeXT df17966, {@code llava_arch.py},
   * {@code get_2dPool}).
   */
  AVERAGE;

  /** Returns the side of the smaller grid. */
  public int side(int n) {
    return switch (this) {
      case BILINEAR -> (n + 1) / 2;
      case AVERAGE -> n / 2;
    };
  }
}
