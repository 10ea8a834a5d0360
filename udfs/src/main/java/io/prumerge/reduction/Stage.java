package io.prumerge.reduction;

/** Where a method's tokens are put together. */
public enum Stage {
  /** From the tower's features; the connector then runs over the tokens. */
  BEFORE_CONNECTOR,
  /** From all patches after the connector. */
  AFTER_CONNECTOR
}
