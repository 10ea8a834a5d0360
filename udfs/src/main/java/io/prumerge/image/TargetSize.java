package io.prumerge.image;

/** The size to resize to, in pixels. */
public sealed interface TargetSize
    permits TargetSize.ShortestEdge,
        TargetSize.Exact,
        TargetSize.Tiles,
        TargetSize.Split,
        NativeSize {
  /** Returns the size times other / edge, to the nearest pixel. */
  TargetSize scaled(int edge, int other);

  private static int scaled(int length, int edge, int other) {
    return (int) Math.round((double) length * other / edge);
  }

  /** The shorter side gets this length, the other keeps the aspect, rounded down. */
  record ShortestEdge(int length) implements TargetSize {
    public ShortestEdge {
      PreprocessorConfig.requireSize(length);
    }

    @Override
    public ShortestEdge scaled(int edge, int other) {
      return new ShortestEdge(TargetSize.scaled(length, edge, other));
    }
  }

  /** Both sides as stated. */
  record Exact(int height, int width) implements TargetSize {
    public Exact {
      PreprocessorConfig.requireSize(height);
      PreprocessorConfig.requireSize(width);
    }

    @Override
    public Exact scaled(int edge, int other) {
      return new Exact(
          TargetSize.scaled(height, edge, other), TargetSize.scaled(width, edge, other));
    }
  }

  /**
   * Both sides of each of the tiles of a grid, over which the picture is stretched.
   *
   * @param side in pixels
   * @param least tiles of a grid
   * @param most tiles of a grid
   */
  record Tiles(int side, int least, int most) implements TargetSize {
    public Tiles {
      PreprocessorConfig.requireSize(side);
    }

    @Override
    public Tiles scaled(int edge, int other) {
      return new Tiles(TargetSize.scaled(side, edge, other), least, most);
    }
  }

  /**
   * Both sides of each of the tiles that a picture is split into, once its longer side has a
   * length.
   *
   * @param side in pixels
   * @param longest length of the longer side
   * @param splits whether there are tiles; else the whole picture becomes one square of a tile's
   *     size
   */
  record Split(int side, int longest, boolean splits) implements TargetSize {
    public Split {
      PreprocessorConfig.requireSize(side);
      PreprocessorConfig.requireSize(longest);
    }

    /** No other size has the same grids. */
    @Override
    public Split scaled(int edge, int other) {
      throw new IllegalStateException("Pictures that are split have no edge to scale");
    }
  }
}
