package io.prumerge.search;

import io.prumerge.plan.sweep.SearchCost;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A front as lines of cells, the header first. */
final class FrontCells {

  private static final double GIGA = 1e9;
  private static final String ABSENT = "-";

  private FrontCells() {}

  static List<List<String>> of(Front front) {
    boolean flops = front.cost() == SearchCost.FLOPS;
    List<List<String>> cells = new ArrayList<>();
    cells.add(
        List.of(
            "method",
            "status",
            "rung",
            "questions",
            front.objective(),
            "95% interval",
            flops ? "GFLOPs" : "tokens per layer",
            "dropped for",
            "by"));
    for (Candidate standing : front.standings()) {
      Point point = standing.point();
      double cost = flops ? point.cost() / GIGA : point.cost();
      cells.add(
          List.of(
              point.method(),
              standing.status().toString(),
              Integer.toString(standing.rung()),
              format("%,d", point.questions()),
              point.score().isPresent() ? format("%.1f", point.score().getAsDouble()) : ABSENT,
              point.interval().map(FrontCells::interval).orElse(ABSENT),
              Double.isNaN(cost) ? ABSENT : format(flops ? "%.3f" : "%.1f", cost),
              standing.better().map(gap -> gap.a().method()).orElse(ABSENT),
              standing.better().map(gap -> format("%.1f", gap.score().delta())).orElse(ABSENT)));
    }
    return cells;
  }

  private static String interval(Interval interval) {
    return format("%.1f to %.1f", interval.low(), interval.high());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
