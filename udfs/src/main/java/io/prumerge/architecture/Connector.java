package io.prumerge.architecture;

/** The part between tower and decoder: features in, rows of the decoder's width out. */
public sealed interface Connector extends PartWeights permits RowConnector, QueryConnector {

  /** Returns whether its rows depend on the question's text too. */
  boolean readsText();
}
