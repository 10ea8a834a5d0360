package io.prumerge.metric;

/** Whether a test was declared beforehand. */
public enum TestFamily {
  /** A headline under its benchmark's own profile. */
  CONFIRMATORY,
  EXPLORATORY
}
