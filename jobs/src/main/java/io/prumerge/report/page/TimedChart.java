package io.prumerge.report.page;

import io.prumerge.lang.Optionals;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A benchmark's figures over times that were measured question by question.
 *
 * @param title of its figure
 * @param points of the methods that were timed beside {@code none}
 */
record TimedChart(String title, List<Point> points) {

  /**
   * @param who number of the method in the report
   * @param value the figure
   * @param low lower end of its interval; null without one
   * @param time in percent of that of {@code none}
   * @param timeLow lower end of its interval; null without one
   * @param flops in percent of those of {@code none}; null if they are unknown
   */
  record Point(
      int who,
      double value,
      Double low,
      Double high,
      double time,
      Double timeLow,
      Double timeHigh,
      Double flops) {}

  /** Returns a chart for each headline figure of which at least two methods were timed. */
  static List<TimedChart> of(
      ReportRows rows, ReportMethods lineup, Headlines headlines, Costs costs) {
    List<TimedChart> charts = new ArrayList<>();
    for (HeadlineColumn column : headlines.columns()) {
      List<Point> points = new ArrayList<>();
      for (int who = 0; who < lineup.all().size(); who++) {
        MethodRun one = lineup.all().get(who);
        FigureCell figure = headlines.figure(one, column);
        for (EfficiencyRow row : rows.costs(one)) {
          if (column.isOf(row) && row.speedup().isPresent() && figure.value().isPresent()) {
            points.add(point(who, figure, row, costs.fewerFlops(row)));
          }
        }
      }
      if (points.size() > 1) {
        charts.add(new TimedChart(column.title(), points));
      }
    }
    return charts;
  }

  private static Point point(int who, FigureCell figure, EfficiencyRow row, OptionalDouble fewer) {
    return new Point(
        who,
        figure.value().getAsDouble(),
        Optionals.orNull(figure.low()),
        Optionals.orNull(figure.high()),
        percent(row.speedup().getAsDouble()),
        row.speedupInterval().map(Interval::high).map(TimedChart::percent).orElse(null),
        row.speedupInterval().map(Interval::low).map(TimedChart::percent).orElse(null),
        fewer.isPresent() ? (Double) percent(fewer.getAsDouble()) : null);
  }

  private static double percent(double timesLess) {
    return 100 / timesLess;
  }
}
