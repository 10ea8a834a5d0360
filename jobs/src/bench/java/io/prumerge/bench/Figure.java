package io.prumerge.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the results.
 *
 * @param measure what is compared with what
 * @param on checkpoint or work it was measured on
 * @param value empty where it could not be had; then {@code detail} says why
 * @param detail the parts of a ratio, and what else a reader must know
 */
record Figure(
    String measure,
    String on,
    OptionalDouble value,
    Unit unit,
    Optional<Goal> goal,
    String detail) {

  static Figure of(String measure, String on, double value, Unit unit, String detail) {
    return new Figure(measure, on, OptionalDouble.of(value), unit, Optional.empty(), detail);
  }

  static Figure absent(String measure, String on, Unit unit, String reason) {
    return new Figure(measure, on, OptionalDouble.empty(), unit, Optional.empty(), reason);
  }

  Figure against(Goal bound) {
    return new Figure(measure, on, value, unit, Optional.of(bound), detail);
  }

  String reached() {
    return value.isPresent() ? unit.text(value.getAsDouble()) : "not available";
  }

  String wanted() {
    return goal.map(bound -> bound.text(unit)).orElse("");
  }

  /** Whether the goal was kept; empty without a goal or a value. */
  Optional<Boolean> met() {
    return value.isPresent() ? goal.map(bound -> bound.met(value.getAsDouble())) : Optional.empty();
  }
}
