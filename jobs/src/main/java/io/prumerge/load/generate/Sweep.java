package io.prumerge.load.generate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The points of a sweep, as of guidellm's profile of that name: one request at a time, as fast as
 * possible, then open loops at rates between what these two measured.
 *
 * @param mostInFlight as fast as possible, and in the open loops
 * @param rates open loops
 * @param burstiness of the open loops
 */
public record Sweep(int mostInFlight, int rates, double burstiness) {

  /** Times the rate of one at a time, from which on there are rates between. */
  private static final double GAIN = 1.1;

  /** More digits than measured rates have; a point's name shows them. */
  private static final MathContext DIGITS = new MathContext(4);

  public LoadPattern oneAtATime() {
    return LoadPattern.closed(1);
  }

  public LoadPattern asFastAsPossible() {
    return LoadPattern.closed(mostInFlight);
  }

  /**
   * Returns the open loops, at evenly spaced rates above {@code one}, up to {@code most}. A server
   * that does no more at once than one after another has no rates between: those of it are evenly
   * spaced above 0.
   *
   * @param one requests a second that were answered one at a time
   * @param most those as fast as possible
   * @throws IllegalArgumentException if none was
   */
  public List<LoadPattern> between(double one, double most) {
    if (!(most > 0)) {
      throw new IllegalArgumentException("nothing was answered as fast as possible");
    }
    double least = most > GAIN * one ? one : 0;
    return IntStream.rangeClosed(1, rates)
        .mapToObj(
            i ->
                LoadPattern.open(
                    rounded(least + (most - least) * i / rates),
                    burstiness,
                    OptionalInt.of(mostInFlight)))
        .toList();
  }

  private static double rounded(double rate) {
    return new BigDecimal(rate).round(DIGITS).doubleValue();
  }
}
