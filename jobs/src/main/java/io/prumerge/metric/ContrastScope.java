package io.prumerge.metric;

/** The figures to compare. */
public enum ContrastScope {
  /** The headline of every benchmark that both answered, and their retention. */
  EVERYTHING,
  /** Their retention only; the headlines are compared elsewhere. */
  RETENTION
}
