package io.prumerge.architecture;

import java.util.List;

/**
 * The part between tower and decoder: features in, rows of the decoder's width out, each from one
 * row. (A Q-Former, whose rows come from all features, would be a part of its own behind the same
 * place: see {@code udfs/README.md}.)
 */
public interface Connector extends PartWeights {

  /** What the names of all of a connector's tensors begin with. */
  String PREFIX = "multi_modal_projector.";

  /** The TorchScript function that takes rows, {@link #layers}' struct and an activation. */
  String function();

  /** All of its weights. */
  WeightBlock layers();

  @Override
  default List<WeightBlock> blocks() {
    return List.of(layers());
  }
}
