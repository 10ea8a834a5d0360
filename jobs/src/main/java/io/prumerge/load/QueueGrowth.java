package io.prumerge.load;

import io.prumerge.statistics.BatchMeans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether more requests arrive than a server answers. At a load that it can bear, the number of
 * requests on their way rises as often as it falls; above, it grows from block to block of the
 * {@link MeasuredWindow}. At such a point times tell how long it was run, not how the server is.
 */
final class QueueGrowth {

  /** The share of arrivals that must stay unanswered, so that chance does not mark a point. */
  private static final double LEAST = 0.05;

  private QueueGrowth() {}

  /**
   * Returns whether the server was saturated: the growth is above 0 by its interval of 95 percent,
   * and above a twentieth of the arrivals. Empty for closed arrivals, for all at once, and with
   * fewer than 100 arrivals in a series' window.
   */
  static Optional<Boolean> isSaturated(PointRequests requests) {
    if (requests.point().arrivals() == LoadArrivals.CLOSED
        || Double.isInfinite(requests.point().rate().orElseThrow())) {
      return Optional.empty();
    }
    List<BatchMeans> growths = new ArrayList<>();
    double arrivals = 0;
    for (List<LoadRow> series : requests.series()) {
      Optional<MeasuredWindow> window = MeasuredWindow.of(series);
      if (window.isEmpty()) {
        return Optional.empty();
      }
      double[] growth = new double[BatchMeans.BLOCKS];
      int due = 0;
      for (LoadRow row : series) {
        if (row.isMeasured()) {
          growth[window.get().part(row.planned(), growth.length)]++;
          due++;
        }
        if (row.end().isPresent() && window.get().holds(row.end().getAsDouble())) {
          growth[window.get().part(row.end().getAsDouble(), growth.length)]--;
        }
      }
      if (due < growth.length * PointEstimates.FEWEST_IN_BLOCK) {
        return Optional.empty();
      }
      growths.add(BatchMeans.of(growth));
      arrivals += due / (double) growth.length;
    }
    double[] weights = new double[growths.size()];
    Arrays.fill(weights, 1);
    BatchMeans all = BatchMeans.sum(growths, weights);
    return Optional.of(all.interval().low() > 0 && all.value() > LEAST * arrivals);
  }
}
