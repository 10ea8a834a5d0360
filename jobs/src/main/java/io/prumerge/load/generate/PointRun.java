package io.prumerge.load.generate;

import java.util.Comparator;
import java.util.List;

/**
 * The requests of one point that was asked whole.
 *
 * @param requests in the order of their numbers
 */
public record PointRun(PointPlan plan, List<LoadRequest> requests, GeneratorUse generator) {

  public PointRun {
    requests = List.copyOf(requests);
  }

  /** Returns whether the last reply was an error, as all are once a server is gone. */
  public boolean endsInError() {
    return requests.stream()
        .filter(request -> request.end().isPresent())
        .max(Comparator.comparingDouble(request -> request.end().getAsDouble()))
        .filter(last -> last.outcome() == LoadOutcome.ERROR)
        .isPresent();
  }
}
