package io.prumerge.bench;

import java.util.Locale;

/** What a figure counts. */
enum Unit {
  /** Times as fast. */
  TIMES("%.2fx"),
  /** Part of something that was measured with it. */
  SHARE("%.3f"),
  PERCENT("%.2f %%"),
  MEGABYTES("%.1f MB"),
  SECONDS("%.1f s"),
  COUNT("%.0f"),
  /** A small difference. */
  NUMBER("%.1e"),
  PER_SECOND("%.1f/s"),
  MICROSECONDS("%.1f \u00b5s");

  private final String format;

  Unit(String format) {
    this.format = format;
  }

  String text(double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
