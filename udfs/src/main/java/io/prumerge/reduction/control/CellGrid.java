package io.prumerge.reduction.control;

/** A grid of cells, each at least one patch wide and high. */
record CellGrid(int rows, int cols) {
  int tokens() {
    return rows * cols;
  }
}
