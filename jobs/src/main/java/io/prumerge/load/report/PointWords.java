package io.prumerge.load.report;

import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadArrivals;
import io.prumerge.load.figure.LoadPoint;

/** A load in words, as a sentence begins with it. */
final class PointWords {

  private PointWords() {}

  static String of(LoadPoint point) {
    String capped =
        point.concurrency().map(most -> Text.format(", at most %,d in flight", most)).orElse("");
    if (point.arrivals() == LoadArrivals.CLOSED) {
      return Text.format("At %,d in flight", point.concurrency().orElseThrow());
    }
    double rate = point.rate().orElseThrow();
    return (Double.isInfinite(rate)
            ? "With all requests at once"
            : Text.format("At %s request%s a second", LoadPoint.number(rate), rate == 1 ? "" : "s"))
        + capped;
  }
}
