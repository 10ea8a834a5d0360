package io.prumerge.load;

/**
 * What became of a point's requests.
 *
 * @param requests all that were planned, of all repeats and shares
 * @param measured those of them that are neither warm-up nor cool-down
 * @param answered measured ones with an answer, which times are of
 * @param errors of all requests
 * @param late of all requests: answered only after the last one was sent
 * @param unfinished of all requests: without an answer when the point stopped waiting
 * @param oneTokenAnswers of {@code answered}, without thoughts that are not shown: they have no
 *     {@code ms_tpot}
 */
public record PointCounts(
    int requests,
    int measured,
    int answered,
    int errors,
    int late,
    int unfinished,
    int oneTokenAnswers) {

  static PointCounts of(PointRequests requests) {
    return new PointCounts(
        requests.all().size(),
        requests.measured().size(),
        requests.answered().size(),
        requests.count(row -> row.outcome() == LoadOutcome.ERROR),
        requests.count(row -> row.outcome() == LoadOutcome.LATE),
        requests.count(row -> row.outcome() == LoadOutcome.UNFINISHED),
        requests.count(
            row ->
                row.isMeasured() && row.isAnswered() && new RequestTimes(row).shownTokens() == 1));
  }

  /** Returns the share of all requests that have no answer. */
  double unansweredShare() {
    return (errors + unfinished) / (double) requests;
  }
}
