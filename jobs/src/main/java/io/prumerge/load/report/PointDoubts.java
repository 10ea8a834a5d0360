package io.prumerge.load.report;

import static io.prumerge.load.report.LoadNumbers.number;
import static io.prumerge.load.report.LoadNumbers.percent;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.PointMarks;
import io.prumerge.load.generate.GeneratorUse;
import io.prumerge.load.generate.LoadPattern;
import java.util.Optional;
import java.util.OptionalDouble;

/** Why a point is in no sentence. */
public final class PointDoubts {

  /** The share of a rate that is to be sent. */
  private static final double LEAST_SENT = 0.95;

  private PointDoubts() {}

  /** Returns what is wrong with a point of a server; empty if nothing is. */
  public static Optional<String> about(LoadPointRow row) {
    return reason(row).map(reason -> row.subject().server() + " " + reason);
  }

  private static Optional<String> reason(LoadPointRow row) {
    PointMarks marks = row.marks();
    if (marks.cached()) {
      return Optional.of("answered from a cache");
    } else if (row.counts().areFewAnswered()) {
      return Optional.of(
          Text.format(
              "left %,d of %s without an answer",
              row.counts().errors() + row.counts().unfinished(),
              Texts.count(row.counts().requests(), "request")));
    } else if (marks.generatorLimited()) {
      return Optional.of(limit(row) + ": close other programs, or use another machine");
    } else if (marks.saturated().orElse(false)) {
      return Optional.of("was saturated: its times grow for as long as it is asked");
    }
    return Optional.empty();
  }

  /** Says in which way what sent the requests was the limit. */
  private static String limit(LoadPointRow row) {
    GeneratorUse use = row.marks().generator();
    OptionalDouble sent = row.rates().sentPerSecond();
    double rate = row.pattern().rate().orElse(0);
    if (sent.isPresent() && sent.getAsDouble() < LEAST_SENT * rate) {
      return Text.format(
          "was not asked fast enough: %s of %s requests a second were sent",
          number(sent.getAsDouble()), LoadPattern.number(rate));
    }
    return PointMarks.areLate(use, row.times())
        ? Text.format(
            "was asked late: 1 in 100 requests left %s ms late, %s %% of an answer's time",
            number(use.delays()),
            number(100 * use.delays() / row.times().e2el().mean().orElseThrow()))
        : Text.format(
            "was asked by a process that used %s %% of its processors",
            percent(100 * use.cpuShare()));
  }
}
