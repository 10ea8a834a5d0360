package io.prumerge.metric;

import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The mean over benchmarks of a method's headline over the baseline's, in percent.
 *
 * @param error standard error, clustered by image; absent where a figure that it is computed from
 *     has none
 * @param interval of 95 percent, by the same error; absent for the baseline itself
 * @param aboveChance the retention of figures less chance; absent if a baseline is not above chance
 * @param detectable the minimum detectable effect; absent without a spread
 */
public record RetentionEstimate(
    double value,
    OptionalDouble error,
    Optional<Interval> interval,
    OptionalDouble aboveChance,
    OptionalDouble detectable) {}
