package io.prumerge.load.figure;

import io.prumerge.statistics.BatchMeans;
import java.util.ArrayList;
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
   * Returns what the point has done in a second of the {@link MeasuredWindow}: shares' rates are
   * added up, repeats' are averaged. Empty if a series has no window.
   *
   * @param amount of an answer
   */
  OptionalDouble rate(ToDoubleFunction<LoadRow> amount) {
    double sum = 0;
    for (List<LoadRow> series : requests.series()) {
      Optional<MeasuredWindow> window = MeasuredWindow.of(series);
      if (window.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += rate(series, window.get(), amount);
    }
    return OptionalDouble.of(sum / requests.repeats().size());
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
    double sum = 0;
    for (List<LoadRow> series : requests.series()) {
      double[] sent =
          series.stream().map(LoadRow::sent).flatMapToDouble(OptionalDouble::stream).toArray();
      double last = Arrays.stream(sent).max().orElse(0);
      if (!(last > 0)) {
        return OptionalDouble.empty();
      }
      sum += SECOND * sent.length / last;
    }
    return OptionalDouble.of(sum / requests.repeats().size());
  }

  /** Returns the answers a second with their error; empty if there are too few for one. */
  Optional<BatchMeans> answersPerSecond() {
    Collection<List<List<LoadRow>>> repeats = requests.repeats();
    OptionalDouble rate = rate(row -> 1);
    if (rate.isEmpty()) {
      return Optional.empty();
    }
    if (repeats.size() >= FEWEST_REPEATS) {
      BatchMeans between =
          BatchMeans.of(
              repeats.stream()
                  .mapToDouble(
                      shares ->
                          new PointEstimates(
                                  new PointRequests(shares.stream().flatMap(List::stream).toList()))
                              .rate(row -> 1)
                              .orElseThrow())
                  .toArray());
      return Optional.of(new BatchMeans(rate.getAsDouble(), between.error(), between.blocks()));
    }
    List<BatchMeans> means = new ArrayList<>();
    for (List<LoadRow> series : requests.series()) {
      Optional<BatchMeans> blocks = blocks(series);
      if (blocks.isEmpty()) {
        return Optional.empty();
      }
      means.add(blocks.get());
    }
    double[] weights = new double[means.size()];
    Arrays.fill(weights, 1.0 / repeats.size());
    return Optional.of(BatchMeans.sum(means, weights));
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
    Collection<List<List<LoadRow>>> repeats = requests.repeats();
    if (repeats.size() >= FEWEST_REPEATS) {
      double[] means =
          repeats.stream()
              .map(shares -> values(shares.stream().flatMap(List::stream).toList(), value))
              .filter(values -> values.length > 0)
              .mapToDouble(values -> Arrays.stream(values).average().orElseThrow())
              .toArray();
      if (means.length < repeats.size()) {
        return Optional.empty();
      }
      BatchMeans between = BatchMeans.of(means);
      double mean = Arrays.stream(values(requests.all(), value)).average().orElseThrow();
      return Optional.of(new BatchMeans(mean, between.error(), between.blocks()));
    }
    List<BatchMeans> means = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (List<LoadRow> series : requests.series()) {
      double[] values = values(series, value);
      Optional<BatchMeans> blocks = BatchMeans.of(values, FEWEST_IN_BLOCK);
      if (blocks.isEmpty()) {
        return Optional.empty();
      }
      means.add(blocks.get());
      counts.add(values.length);
    }
    double all = counts.stream().mapToInt(Integer::intValue).sum();
    return Optional.of(
        BatchMeans.sum(means, counts.stream().mapToDouble(count -> count / all).toArray()));
  }

  private static double[] values(List<LoadRow> rows, Function<LoadRow, OptionalDouble> value) {
    return rows.stream()
        .filter(LoadRow::isMeasured)
        .map(value)
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }
}
