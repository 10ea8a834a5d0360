package io.prumerge.architecture;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A connector each of whose rows comes from one row of the features: of a tower with pixel shuffle
 * ({@link TowerKind#block}), from one block of patches.
 */
public non-sealed interface RowConnector extends Connector {

  /** What the names of all of its tensors begin with. */
  String PREFIX = "multi_modal_projector.";

  /**
   * Returns the TorchScript function of rows {@code x}, {@link #layers}' struct {@code w} and, in a
   * connector of two layers, the code {@code act} of the activation between them.
   */
  String function();

  /** Returns all of its weights. */
  WeightBlock layers();

  /**
   * Returns the weights, in the same struct, for each further level of the features: rows of the
   * tower's earlier layers that stand after the others, and are added after the decoder's first
   * layers (DeepStack, arXiv 2406.04334).
   */
  default List<WeightBlock> levels() {
    return List.of();
  }

  @Override
  default boolean readsText() {
    return false;
  }

  @Override
  default List<WeightBlock> blocks() {
    return Stream.concat(Stream.of(layers()), levels().stream()).toList();
  }

  @Override
  default Optional<QueryConnector> asQueries() {
    return Optional.empty();
  }

  @Override
  default <T> T match(ConnectorCases<T> cases) {
    return cases.rows().apply(this);
  }
}
