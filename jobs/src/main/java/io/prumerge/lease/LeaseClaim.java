package io.prumerge.lease;

/** What to do if another driver holds the folder. */
public enum LeaseClaim {
  WITHDRAW,
  TAKE_OVER
}
