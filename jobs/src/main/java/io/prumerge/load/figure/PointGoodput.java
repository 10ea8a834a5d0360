package io.prumerge.load.figure;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How many of a point's requests were answered within limits.
 *
 * @param limits as {@code --goodput} has them, such as {@code ttft:500 tpot:50}: {@code ttft} and
 *     {@code e2el} from when a request was due; null without that flag
 * @param percent of the measured requests that meet all limits; errors and unfinished ones do not;
 *     null where one of the times is unknown
 * @param interval its 95 % interval, as that of {@code ms_ttft_mean}
 * @param perSecond such requests in a second of {@code ms_window}
 */
public record PointGoodput(
    @ColumnNames("goodput_limits") String limits,
    @ColumnNames("goodput_percent") OptionalDouble percent,
    @ColumnNames("goodput_percent_ci_*") Optional<Interval> interval,
    @ColumnNames("goodput_per_s") OptionalDouble perSecond) {

  private static final double PERCENT = 100;
  private static final double SECOND = 1000;

  static PointGoodput of(GoodputLimits limits, PointRequests requests, PointEstimates estimates) {
    List<LoadRow> measured = requests.measured();
    List<Boolean> good = measured.stream().map(limits::areMetBy).flatMap(Optional::stream).toList();
    if (measured.isEmpty() || good.size() < measured.size()) {
      return new PointGoodput(
          limits.toString(), OptionalDouble.empty(), Optional.empty(), OptionalDouble.empty());
    }
    double percent = PERCENT * good.stream().filter(one -> one).count() / measured.size();
    return new PointGoodput(
        limits.toString(),
        OptionalDouble.of(percent),
        estimates
            .mean(row -> OptionalDouble.of(limits.areMetBy(row).orElseThrow() ? PERCENT : 0))
            .map(mean -> mean.interval().within(0, PERCENT)),
        estimates.perSecond(
            series -> MeasuredWindow.of(series).map(window -> perSecond(limits, series, window))));
  }

  private static double perSecond(
      GoodputLimits limits, List<LoadRow> series, MeasuredWindow window) {
    long good =
        series.stream()
            .filter(row -> row.isMeasured() && limits.areMetBy(row).orElseThrow())
            .count();
    return SECOND * good / window.millis();
  }
}
