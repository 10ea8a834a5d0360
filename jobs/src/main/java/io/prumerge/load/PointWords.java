package io.prumerge.load;

import java.util.Locale;

/** A load in words, as a sentence begins with it. */
final class PointWords {

  private PointWords() {}

  static String of(LoadPoint point) {
    String capped =
        point
            .concurrency()
            .map(most -> String.format(Locale.ROOT, ", at most %,d in flight", most))
            .orElse("");
    if (point.arrivals() == LoadArrivals.CLOSED) {
      return String.format(Locale.ROOT, "At %,d in flight", point.concurrency().orElseThrow());
    }
    double rate = point.rate().orElseThrow();
    return (Double.isInfinite(rate)
            ? "With all requests at once"
            : String.format(
                Locale.ROOT,
                "At %s request%s a second",
                LoadPoint.number(rate),
                rate == 1 ? "" : "s"))
        + capped;
  }
}
