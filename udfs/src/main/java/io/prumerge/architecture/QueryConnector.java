package io.prumerge.architecture;

import java.util.Optional;

/**
 * A connector whose rows are not those of the features: learned queries that attend to all of them.
 */
public sealed interface QueryConnector extends Connector
    permits QFormer, Resampler, PerceiverResampler {

  /** Returns Q, the queries: the rows that it makes of any number of features. */
  int count();

  /** Returns its layers. */
  int layers();

  /** Returns the last layer, from 0, in which the queries attend to the features. */
  int lastLook();

  @Override
  default Optional<QueryConnector> asQueries() {
    return Optional.of(this);
  }
}
