package io.prumerge.load;

import io.prumerge.console.Texts;
import java.util.Locale;
import java.util.Optional;

/** Why a point is in no sentence. */
final class PointDoubts {

  /** The share of requests without an answer above which the others' times tell too little. */
  private static final double MOST_UNANSWERED = 0.05;

  private PointDoubts() {}

  /** Returns what is wrong with a point of a server; empty if nothing is. */
  static Optional<String> about(LoadPointRow row) {
    return reason(row).map(reason -> row.subject().server() + " " + reason);
  }

  private static Optional<String> reason(LoadPointRow row) {
    PointMarks marks = row.marks();
    if (marks.cached()) {
      return Optional.of("answered from a cache");
    } else if (row.counts().unansweredShare() > MOST_UNANSWERED) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "left %,d of %s without an answer",
              row.counts().errors() + row.counts().unfinished(),
              Texts.count(row.counts().requests(), "request")));
    } else if (marks.generatorLimited()) {
      return Optional.of("was not asked fast enough: what sent the requests was the limit");
    } else if (marks.saturated().orElse(false)) {
      return Optional.of("was saturated: its times grow for as long as it is asked");
    }
    return Optional.empty();
  }
}
