package io.prumerge.report;

import io.prumerge.store.EfficiencyRow;
import java.util.List;

/** Titles of columns with times, which say how these were taken where they are all alike. */
public final class TimeTitle {

  private TimeTitle() {}

  /**
   * Returns the title with {@code shared} or {@code alone} behind it.
   *
   * @param costs what the times are of
   */
  public static String of(String title, List<EfficiencyRow> costs) {
    List<EfficiencyRow> timed =
        costs.stream()
            .filter(row -> row.isTimedAlone() || row.millis().total().isPresent())
            .toList();
    if (timed.isEmpty()) {
      return title;
    }
    if (timed.stream().allMatch(EfficiencyRow::isTimedAlone)) {
      return title + " alone";
    }
    return timed.stream().anyMatch(EfficiencyRow::isTimedAlone) ? title : title + " shared";
  }
}
