package io.prumerge.load.figure;

import io.prumerge.lang.Text;

/**
 * Which shares of a point's requests are not measured, at its beginning and at its end, in the
 * order in which they are due. As guidellm's {@code --warmup} and {@code --cooldown} below 1.
 *
 * @param warmUp at least 0
 * @param coolDown at least 0; both together below 1
 */
public record PhaseShares(double warmUp, double coolDown) {

  /** A tenth each. */
  public static final PhaseShares DEFAULT = new PhaseShares(0.1, 0.1);

  public PhaseShares {
    if (!(warmUp >= 0) || !(coolDown >= 0) || !(warmUp + coolDown < 1)) {
      throw new IllegalArgumentException(
          Text.format(
              "Warm-up and cool-down are shares from 0 that leave requests to measure, not %s and"
                  + " %s",
              warmUp, coolDown));
    }
  }

  /**
   * Returns a request's phase. Shares are rounded down to whole requests.
   *
   * @param request its number, from 0
   * @param requests all of the point
   */
  public LoadPhase of(int request, int requests) {
    if (request < (int) (warmUp * requests)) {
      return LoadPhase.WARM_UP;
    }
    return request >= requests - (int) (coolDown * requests)
        ? LoadPhase.COOL_DOWN
        : LoadPhase.MEASURED;
  }
}
