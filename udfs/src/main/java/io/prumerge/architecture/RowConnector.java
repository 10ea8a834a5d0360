package io.prumerge.architecture;

import java.util.List;

/** A connector each of whose rows comes from one row of the features. */
public non-sealed interface RowConnector extends Connector {

  /** What the names of all of its tensors begin with. */
  String PREFIX = "multi_modal_projector.";

  /** The TorchScript function that takes rows, {@link #layers}' struct and an activation. */
  String function();

  /** All of its weights. */
  WeightBlock layers();

  @Override
  default boolean readsText() {
    return false;
  }

  @Override
  default List<WeightBlock> blocks() {
    return List.of(layers());
  }
}
