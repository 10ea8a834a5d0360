package io.prumerge.load.figure;

import io.prumerge.statistics.BatchMeans;
import java.util.Optional;

/**
 * A point of one server with what its figures are computed from, for comparisons.
 *
 * @param answersPerSecond empty if there are too few answers for an error
 */
record MeasuredPoint(
    PointRequests requests,
    PointRates rates,
    Optional<BatchMeans> answersPerSecond,
    PointTokens tokens,
    PointScores scores) {

  static MeasuredPoint of(PointRequests requests) {
    PointEstimates estimates = new PointEstimates(requests);
    return new MeasuredPoint(
        requests,
        PointRates.of(requests, estimates),
        estimates.answersPerSecond(),
        PointTokens.of(requests),
        new PointScores(requests));
  }
}
