package io.prumerge.load.report;

import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.PointRatios;
import java.util.List;
import java.util.Optional;

/**
 * The points of a load test beside the same points of the baseline.
 *
 * @param baseline the server that others are compared with
 */
record ComparedPoints(List<LoadPointRow> points, String baseline) {

  boolean isOfBaseline(LoadPointRow row) {
    return row.subject().server().equals(baseline);
  }

  /** Returns the baseline's point under the same load; empty if there is none. */
  Optional<LoadPointRow> base(LoadPointRow row) {
    return points.stream()
        .filter(this::isOfBaseline)
        .filter(one -> one.pattern().equals(row.pattern()))
        .findFirst();
  }

  /** Returns why a point of another server is not compared; empty if it is. */
  Optional<String> doubt(LoadPointRow row) {
    Optional<LoadPointRow> base = base(row);
    if (base.isEmpty()) {
      return Optional.of(baseline + " has no such point");
    }
    return PointDoubts.about(row)
        .or(() -> PointDoubts.about(base.get()))
        .or(
            () ->
                hasInterval(row, base.get())
                    ? Optional.empty()
                    : Optional.of("too few answers for an interval"));
  }

  private static boolean hasInterval(LoadPointRow row, LoadPointRow base) {
    return row.pattern().isOfRate()
        ? row.ratios().flatMap(PointRatios::interval).isPresent()
        : row.times().plannedE2elInterval().isPresent()
            && base.times().plannedE2elInterval().isPresent();
  }
}
