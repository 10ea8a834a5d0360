package io.prumerge.load.figure;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.BatchMeans;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a point has done in a second of its measured window.
 *
 * @param window length of the time that rates are over: from when the first measured request was
 *     due until the first of the cool-down was, without one until the last measured answer; mean
 *     over repeats and shares; null without a measured answer
 * @param requestsPerSecond answers, of any phase, that ended in that time; shares are added up,
 *     repeats averaged. vLLM's are all answers over all of the time, with the load's rise and fall
 * @param interval its 95 % interval: of ten equally long blocks of the window by batch means, of
 *     three and more repeats by the spread between them; null with fewer than 100 answers in a
 *     window of fewer repeats
 * @param tokensPerSecond tokens of these answers; null where the server does not state them of each
 * @param sentPerSecond requests that were sent in a second, until the last of a series was: beside
 *     {@code rate}; shares are added up, repeats averaged; null where requests have no rate
 */
public record PointRates(
    @ColumnNames("ms_window") OptionalDouble window,
    @ColumnNames("requests_per_s") OptionalDouble requestsPerSecond,
    @ColumnNames("requests_per_s_ci_*") Optional<Interval> interval,
    @ColumnNames("tokens_per_s") OptionalDouble tokensPerSecond,
    @AddedLater @ColumnNames("requests_sent_per_s") OptionalDouble sentPerSecond) {

  static PointRates of(PointRequests requests, PointEstimates estimates) {
    List<MeasuredWindow> windows =
        requests.series().stream().map(MeasuredWindow::of).flatMap(Optional::stream).toList();
    boolean counted =
        requests.all().stream()
            .filter(LoadRow::isAnswered)
            .allMatch(row -> row.generatedTokens().isPresent());
    return new PointRates(
        windows.stream().mapToDouble(MeasuredWindow::millis).average(),
        estimates.rate(row -> 1),
        estimates.answersPerSecond().map(BatchMeans::interval),
        counted
            ? estimates.rate(row -> row.generatedTokens().orElseThrow())
            : OptionalDouble.empty(),
        requests.pattern().isOfRate() ? OptionalDouble.empty() : estimates.sentPerSecond());
  }
}
