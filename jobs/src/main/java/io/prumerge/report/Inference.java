package io.prumerge.report;

/**
 * How figures are compared, and how their uncertainty is found out.
 *
 * @param baseline the method the others are compared with, as runs spell it
 * @param replicates of the bootstrap
 */
public record Inference(String baseline, int replicates) {

  /** Ends of an interval then vary by a tenth of its half-width from seed to seed. */
  public static final int DEFAULT_REPLICATES = 1000;

  /** Fewer have no 2.5th percentile worth the name. */
  private static final int LEAST_REPLICATES = 100;

  public Inference {
    if (replicates < LEAST_REPLICATES) {
      throw new IllegalArgumentException(
          "%d replicates are too few for an interval of 95 percent; at least %d"
              .formatted(replicates, LEAST_REPLICATES));
    }
  }

  public static Inference against(String baseline) {
    return new Inference(baseline, DEFAULT_REPLICATES);
  }
}
