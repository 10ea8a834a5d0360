package io.prumerge.load.figure;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The time over which a series' rates are: from when its first measured request was due to when the
 * first one of the cool-down was. Answers count in it by their ends, whichever phase they are of:
 * those of the warm-up that end in it stand for those of the measured that end behind it. So do
 * guidellm's rates; vLLM's are all answers over the time from the first sending to the last end,
 * with the load's rise and fall in it. Without a cool-down, and where all requests are due at once,
 * the window ends with the last measured answer.
 *
 * @param from in milliseconds, not in the window itself
 * @param to later, the last time in it
 */
record MeasuredWindow(double from, double to) {

  /** Returns the window; empty where no measured request is answered. */
  static Optional<MeasuredWindow> of(List<LoadRow> series) {
    OptionalDouble from = due(series, LoadPhase.MEASURED);
    OptionalDouble last =
        series.stream()
            .filter(row -> row.isMeasured() && row.isAnswered())
            .mapToDouble(row -> row.end().orElseThrow())
            .max();
    if (from.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    double to = due(series, LoadPhase.COOL_DOWN).orElse(last.getAsDouble());
    return Optional.of(
        new MeasuredWindow(from.getAsDouble(), to > from.getAsDouble() ? to : last.getAsDouble()));
  }

  private static OptionalDouble due(List<LoadRow> series, LoadPhase phase) {
    return series.stream().filter(row -> row.phase() == phase).mapToDouble(LoadRow::planned).min();
  }

  double millis() {
    return to - from;
  }

  boolean holds(double time) {
    return time > from && time <= to;
  }

  /** Returns in which of some equally long parts of the window a time lies. */
  int part(double time, int parts) {
    return Math.min(parts - 1, (int) Math.max(0, Math.ceil((time - from) / millis() * parts) - 1));
  }
}
