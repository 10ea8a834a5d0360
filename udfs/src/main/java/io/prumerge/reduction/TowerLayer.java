package io.prumerge.reduction;

/** A layer of the vision tower, named so that it has a meaning in towers of other depths too. */
public sealed interface TowerLayer {

  /**
   * Returns the layer's index from 0, which may lie outside the layers that run.
   *
   * @param layers of the whole tower
   * @param run how many of these the selected features need
   */
  int index(int layers, int run);

  /**
   * The last layer that the selected features need. This is layer 22 of LLaVA-1.5's 24 (from 0),
   * the one that its methods call {@code -2}.
   */
  record Last() implements TowerLayer {

    @Override
    public int index(int layers, int run) {
      return run - 1;
    }
  }

  /**
   * A layer by its number.
   *
   * @param number from 1
   */
  record Numbered(int number) implements TowerLayer {

    @Override
    public int index(int layers, int run) {
      return number - 1;
    }
  }

  /**
   * The layer that lies as deep as layer {@code number} of {@code of}, rounded to the nearest.
   *
   * @param number from 1
   * @param of layers of the tower that the number was chosen for
   */
  record Alike(int number, int of) implements TowerLayer {

    @Override
    public int index(int layers, int run) {
      return Math.max(0, (int) Math.round((double) number * layers / of) - 1);
    }
  }
}
