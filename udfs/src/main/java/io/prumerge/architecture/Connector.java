package io.prumerge.architecture;

import java.util.Optional;

/** The part between tower and decoder: features in, rows of the decoder's width out. */
public sealed interface Connector extends PartWeights permits RowConnector, QueryConnector {

  /** Returns whether its rows depend on the question's text too. */
  boolean readsText();

  /** Returns it as one that has queries, if it is. */
  Optional<QueryConnector> asQueries();

  /** Returns what the function of its kind makes of it. */
  <T> T match(ConnectorCases<T> cases);
}
