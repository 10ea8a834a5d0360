package io.prumerge.load.figure;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.BatchMeans;
import io.prumerge.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The times of a point's measured answers, in milliseconds, as {@link LoadPointRow#TABLE} defines
 * them.
 *
 * @param ttftInterval 95 % interval of the mean, as that of {@code requests_per_s} but by ten
 *     blocks of consecutive requests; null likewise
 * @param e2elInterval the same of {@code ms_e2el_mean}
 * @param plannedE2elInterval the same of {@code ms_planned_e2el_mean}
 */
public record PointTimes(
    @ColumnNames("ms_ttft_*") LatencyFigures ttft,
    @ColumnNames("ms_ttft_ci_*") Optional<Interval> ttftInterval,
    @ColumnNames("ms_e2el_*") LatencyFigures e2el,
    @ColumnNames("ms_e2el_ci_*") Optional<Interval> e2elInterval,
    @ColumnNames("ms_planned_ttft_*") LatencyFigures plannedTtft,
    @ColumnNames("ms_planned_e2el_*") LatencyFigures plannedE2el,
    @ColumnNames("ms_planned_e2el_ci_*") Optional<Interval> plannedE2elInterval,
    @ColumnNames("ms_tpot_*") LatencyFigures tpot,
    @ColumnNames("ms_itl_*") LatencyFigures itl,
    @ColumnNames("guidellm_time_per_output_token_ms_*") LatencyFigures guidellmTimePerOutputToken,
    @ColumnNames("guidellm_inter_token_latency_ms_*") LatencyFigures guidellmInterTokenLatency) {

  static PointTimes of(PointRequests requests, PointEstimates estimates) {
    List<RequestTimes> times = requests.times();
    List<double[]> gaps =
        times.stream().map(RequestTimes::gaps).filter(one -> one.length > 0).toList();
    return new PointTimes(
        figures(times, RequestTimes::ttft),
        interval(estimates, RequestTimes::ttft),
        figures(times, RequestTimes::e2el),
        interval(estimates, RequestTimes::e2el),
        figures(times, RequestTimes::plannedTtft),
        figures(times, RequestTimes::plannedE2el),
        interval(estimates, RequestTimes::plannedE2el),
        figures(times, RequestTimes::tpot),
        LatencyFigures.of(gaps.stream().flatMapToDouble(Arrays::stream).toArray(), gaps.size()),
        weighted(times, RequestTimes::guidellmTimePerOutputToken, RequestTimes::tokens),
        weighted(times, RequestTimes::guidellmInterTokenLatency, one -> one.shownTokens() - 1));
  }

  static LatencyFigures figures(
      List<RequestTimes> times, Function<RequestTimes, OptionalDouble> time) {
    double[] millis = times.stream().map(time).flatMapToDouble(OptionalDouble::stream).toArray();
    return LatencyFigures.of(millis, millis.length);
  }

  /**
   * @param weight tokens of an answer
   */
  private static LatencyFigures weighted(
      List<RequestTimes> times,
      Function<RequestTimes, OptionalDouble> time,
      ToIntFunction<RequestTimes> weight) {
    List<RequestTimes> timed = times.stream().filter(one -> time.apply(one).isPresent()).toList();
    return LatencyFigures.weighted(
        timed.stream().mapToDouble(one -> time.apply(one).getAsDouble()).toArray(),
        timed.stream().mapToDouble(weight::applyAsInt).toArray());
  }

  private static Optional<Interval> interval(
      PointEstimates estimates, Function<RequestTimes, OptionalDouble> time) {
    return estimates
        .mean(row -> row.isAnswered() ? time.apply(new RequestTimes(row)) : OptionalDouble.empty())
        .map(BatchMeans::interval);
  }
}
