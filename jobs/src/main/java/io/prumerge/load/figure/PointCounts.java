package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.spark.AddedLater;
import java.util.List;

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
 * @param errorKinds the kinds of {@code errors} with their counts, the commonest first, as in
 *     {@code 108 x status 429: queue is full}; the sixth and the next ones are others
 */
public record PointCounts(
    int requests,
    int measured,
    int answered,
    int errors,
    int late,
    int unfinished,
    int oneTokenAnswers,
    @AddedLater List<String> errorKinds) {

  /** The share of requests without an answer above which the others' times tell too little. */
  private static final double MOST_UNANSWERED = 0.05;

  public PointCounts {
    errorKinds = List.copyOf(errorKinds);
  }

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
                row.isMeasured() && row.isAnswered() && new RequestTimes(row).shownTokens() == 1),
        ErrorWords.of(requests.all()));
  }

  /** Returns whether so many requests have no answer that those of the others tell too little. */
  public boolean areFewAnswered() {
    return errors + unfinished > MOST_UNANSWERED * requests;
  }
}
