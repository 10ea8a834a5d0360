package io.prumerge.load.generate;

/** What a request waits for before it is sent. */
public enum LoadArrivals {
  /** The answer to the one before on its connection. */
  CLOSED,

  /** Its time alone. */
  OPEN
}
