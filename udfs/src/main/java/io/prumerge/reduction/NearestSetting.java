package io.prumerge.reduction;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** Finds the setting whose measure is closest to a number, by bisection. */
final class NearestSetting {

  private final int settings;
  private final IntToDoubleFunction measure;
  private final Map<Integer, Double> known = new HashMap<>();
  private final int least;

  /**
   * @param settings how many there are, at least 1
   * @param measure of each from 1 on; never falls. The first ones may be too small for the method,
   *     which it says by a {@link ReductionException}
   * @throws ReductionException if all of them are
   */
  NearestSetting(int settings, IntToDoubleFunction measure) {
    this.settings = settings;
    this.measure = measure;
    this.least = isPossible(1) ? 1 : first(2, this::isPossible);
  }

  private boolean isPossible(int setting) {
    if (setting == settings) {
      of(setting); // the last one says why there is none
      return true;
    }
    try {
      of(setting);
      return true;
    } catch (ReductionException e) {
      return false;
    }
  }

  /** Returns the measure of the first setting. */
  double least() {
    return of(least);
  }

  /** Returns the measure of the last setting. */
  double most() {
    return of(settings);
  }

  private double of(int setting) {
    Double value = known.get(setting);
    if (value == null) {
      value = measure.applyAsDouble(setting);
      known.put(setting, value);
    }
    return value;
  }

  /**
   * Returns the setting closest to a number; of equally close ones the one with the smaller
   * measure, and of equal measures the first. None if the number is below the least or above the
   * most by more than half a step.
   */
  OptionalInt nearest(double target) {
    if (target < least()) {
      return within(least() - target, of(Math.min(least + 1, settings)) - least(), least());
    }
    if (target > most()) {
      return within(target - most(), most() - of(Math.max(least, settings - 1)), most());
    }
    int above = first(least, setting -> of(setting) >= target);
    double best = of(above);
    if (above > least && target - of(above - 1) <= best - target) {
      best = of(above - 1);
    }
    return firstWith(best);
  }

  private OptionalInt within(double distance, double step, double measured) {
    return distance > step / 2 ? OptionalInt.empty() : firstWith(measured);
  }

  private OptionalInt firstWith(double measured) {
    return OptionalInt.of(first(least, setting -> of(setting) >= measured));
  }

  // The first setting from one on that fulfils what all after it do, and the last does.
  private int first(int from, IntPredicate fulfilled) {
    int low = from;
    int high = settings;
    while (low < high) {
      int middle = low + (high - low) / 2;
      if (fulfilled.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
