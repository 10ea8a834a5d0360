package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;

import io.prumerge.architecture.RowConnector;

/**
 * FLOPs of a connector that takes features row by row and reads no question; of two layers 2 n (F D
 * + D^2), for n rows of width F and a decoder of width D.
 *
 * @param connector its dimensions
 * @param tower whose features it takes
 */
record RowConnectorCost(RowConnector connector, TowerShape tower) implements ConnectorCost {

  @Override
  public int instruction(int tokens) {
    return 0;
  }

  @Override
  public long shared() {
    return 0;
  }

  @Override
  public long own(long rows, int instruction) {
    return product(2, rows, Matrix.weights(Matrix.of(connector.layers())));
  }
}
