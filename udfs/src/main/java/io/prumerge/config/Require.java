package io.prumerge.config;

/** Checks that the records of this package share; each failure names the setting and its value. */
public final class Require {

  /**
   * More than any published model has; each of them is an object before any weight is looked at.
   */
  private static final int MOST_LAYERS = 1_000;

  private Require() {}

  /** Checks a number of layers, of which there is at least one. */
  public static void layers(String setting, int value) {
    positive(setting, value);
    if (value > MOST_LAYERS) {
      throw new CheckpointException(
          setting + " must be at most " + MOST_LAYERS + " but is " + value);
    }
  }

  public static void positive(String setting, long value) {
    if (value < 1) {
      throw new CheckpointException(setting + " must be at least 1 but is " + value);
    }
  }

  public static void positive(String setting, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new CheckpointException(setting + " must be a positive number but is " + value);
    }
  }

  /** Checks that one number is a multiple of another. */
  public static void multiple(String setting, int value, String ofSetting, int of) {
    if (value % of != 0) {
      throw new CheckpointException(
          setting + " " + value + " must be a multiple of " + ofSetting + " " + of);
    }
  }
}
