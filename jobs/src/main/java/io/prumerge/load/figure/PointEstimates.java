package io.prumerge.load.figure;

import io.prumerge.statistics.BatchMeans;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A point's rates and means with their errors: from the spread between repeats if there are at
 * least three, else from that between blocks of each series.
 */
final class PointEstimates {

  /** Fewer have no spread to speak of: Student's quantile of two is 12.7. */
  static final int FEWEST_REPEATS = 3;

  /** Answers of a block. */
  static final int FEWEST_IN_BLOCK = 10;

  private static final double SECOND = 1000;

  private final PointRequests requests;

  PointEstimates(PointRequests requests) {
    this.requests = requests;
  }

  /**
   * Returns what the point has done in a second of the {@link MeasuredWindow}; empty if a series
   * has no window.
   *
   * @param amount of an answer
   */
  OptionalDouble rate(ToDoubleFunction<LoadRow> amount) {
    return perSecond(
        series -> MeasuredWindow.of(series).map(window -> rate(series, window, amount)));
  }

  /**
   * Returns what series have in a second: shares' are added up, repeats' are averaged. Empty if one
   * has none.
   */
  OptionalDouble perSecond(Function<List<LoadRow>, Optional<Double>> ofSeries) {
    List<Double> each = requests.series().stream().map(ofSeries).flatMap(Optional::stream).toList();
    return each.size() < requests.series().size()
        ? OptionalDouble.empty()
        : OptionalDouble.of(each.stream().reduce(0.0, Double::sum) / requests.repeats().size());
  }

  private static double rate(
      List<LoadRow> series, MeasuredWindow window, ToDoubleFunction<LoadRow> amount) {
    return SECOND
        * series.stream()
            .filter(row -> row.isAnswered() && window.holds(row.end().orElseThrow()))
            .mapToDouble(amount)
            .sum()
        / window.millis();
  }

  /** Returns how many requests were sent in a second; empty if a series has sent none. */
  OptionalDouble sentPerSecond() {
    return perSecond(
        series -> {
          double[] sent =
              series.stream().map(LoadRow::sent).flatMapToDouble(OptionalDouble::stream).toArray();
          double last = Arrays.stream(sent).max().orElse(0);
          return last > 0 ? Optional.of(SECOND * sent.length / last) : Optional.empty();
        });
  }

  /** Returns the answers a second with their error; empty if there are too few for one. */
  Optional<BatchMeans> answersPerSecond() {
    return estimate(
        rows -> new PointEstimates(new PointRequests(rows)).rate(row -> 1),
        PointEstimates::blocks,
        series -> 1.0 / requests.repeats().size());
  }

  /**
   * Returns a figure with its error; empty if there are too few answers for one.
   *
   * @param figure of all requests, or of a repeat's
   * @param blocks the figure of a series, from blocks of it
   * @param weight of a series in the sum that is the whole's figure
   */
  private Optional<BatchMeans> estimate(
      Function<List<LoadRow>, OptionalDouble> figure,
      Function<List<LoadRow>, Optional<BatchMeans>> blocks,
      ToDoubleFunction<List<LoadRow>> weight) {
    OptionalDouble whole = figure.apply(requests.all());
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    Collection<List<List<LoadRow>>> repeats = requests.repeats();
    if (repeats.size() >= FEWEST_REPEATS) {
      double[] each =
          repeats.stream()
              .map(shares -> figure.apply(shares.stream().flatMap(List::stream).toList()))
              .flatMapToDouble(OptionalDouble::stream)
              .toArray();
      return each.length < repeats.size()
          ? Optional.empty()
          : Optional.of(BatchMeans.of(each))
              .map(one -> new BatchMeans(whole.getAsDouble(), one.error(), one.blocks()));
    }
    List<BatchMeans> means =
        requests.series().stream().map(blocks).flatMap(Optional::stream).toList();
    return means.size() < requests.series().size()
        ? Optional.empty()
        : Optional.of(
            BatchMeans.sum(means, requests.series().stream().mapToDouble(weight).toArray()));
  }

  /** Returns a series' answers a second from ten equally long parts of its window. */
  private static Optional<BatchMeans> blocks(List<LoadRow> series) {
    MeasuredWindow window = MeasuredWindow.of(series).orElseThrow();
    double[] ended = new double[BatchMeans.BLOCKS];
    int answers = 0;
    for (LoadRow row : series) {
      if (row.isAnswered() && window.holds(row.end().orElseThrow())) {
        ended[window.part(row.end().getAsDouble(), ended.length)]++;
        answers++;
      }
    }
    double seconds = window.millis() / SECOND / ended.length;
    return answers < ended.length * FEWEST_IN_BLOCK
        ? Optional.empty()
        : Optional.of(BatchMeans.of(Arrays.stream(ended).map(count -> count / seconds).toArray()));
  }

  /**
   * Returns the mean over measured requests of what they have, with its error; empty if there are
   * too few for one.
   */
  Optional<BatchMeans> mean(Function<LoadRow, OptionalDouble> value) {
    double all = values(requests.all(), value).length;
    return estimate(
        rows -> Arrays.stream(values(rows, value)).average(),
        series -> BatchMeans.of(values(series, value), FEWEST_IN_BLOCK),
        series -> values(series, value).length / all);
  }

  private static double[] values(List<LoadRow> rows, Function<LoadRow, OptionalDouble> value) {
    return rows.stream()
        .filter(LoadRow::isMeasured)
        .map(value)
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }
}
