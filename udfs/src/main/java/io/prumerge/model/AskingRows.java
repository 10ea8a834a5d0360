package io.prumerge.model;

/**
 * Rows of one sequence group whose attention is evidence.
 *
 * @param x their inputs of the layer [rows, D]
 * @param positions rotary position of each
 * @param segments question of each
 * @param slots slot of each among the keys: it sees none behind
 * @param ropeLength length of the sequence for rotations that follow it
 */
record AskingRows(Torch.Value x, int[] positions, int[] segments, int[] slots, int ropeLength)
    implements AutoCloseable {

  int count() {
    return positions.length;
  }

  @Override
  public void close() {
    x.close();
  }
}
