package io.prumerge.load.figure;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;

/** Says of a point, in sentences, why it lacks figures and what its figures don't tell. */
final class PointNotes {

  private static final int[] PERCENTILES = {50, 90, 95, 99};

  private final PointRequests requests;
  private final PointCounts counts;
  private final List<String> notes = new ArrayList<>();

  private PointNotes(PointRequests requests) {
    this.requests = requests;
    this.counts = PointCounts.of(requests);
  }

  /**
   * Returns the sentences.
   *
   * @param cached what shows that the server answered from a cache
   */
  static List<String> of(
      PointRequests requests,
      PointRates rates,
      PointTimes times,
      PointTokens tokens,
      Optional<PointGoodput> goodput,
      PointScore score,
      Optional<String> cached) {
    PointNotes all = new PointNotes(requests);
    all.addCounts();
    all.addLacks(rates, times);
    tokens.contradicted().ifPresent(what -> all.add("The server %s", what));
    goodput
        .filter(one -> one.percent().isEmpty() && all.counts.measured() > 0)
        .ifPresent(
            one -> all.add("No goodput: a time of %s is unknown of some answers", one.limits()));
    if (score.scored() == 0) {
      all.add("No score: none of the requests has one");
    }
    cached.ifPresent(sign -> all.add("Cached: %s", sign));
    return all.notes;
  }

  private void addCounts() {
    if (counts.answered() == 0) {
      add("No times: none of %s is answered", Texts.count(counts.measured(), "measured request"));
    } else if (counts.errors() + counts.unfinished() > 0) {
      add(
          "Times are of answers alone: %s and %,d unfinished of %s",
          Texts.count(counts.errors(), "error"),
          counts.unfinished(),
          Texts.count(counts.requests(), "request"));
    }
    int together = requests.pattern().concurrency().orElse(0);
    int first = requests.count(row -> row.request() < together && row.isMeasured());
    if (requests.pattern().isClosed() && first > 0) {
      add(
          "The load was still building up for %s: a warm-up of %s has all that were sent at once",
          Texts.count(first, "measured request"), Texts.count(together, "request"));
    }
  }

  private void addLacks(PointRates rates, PointTimes times) {
    if (counts.answered() == 0) {
      return;
    }
    if (rates.interval().isEmpty()) {
      add(
          "No interval of requests/s: it takes 100 answers in the measured window, or %d repeats",
          PointEstimates.FEWEST_REPEATS);
    }
    addPercentiles();
    if (times.ttft().mean().isEmpty()) {
      add(
          "No ttft, tpot and itl: %s",
          requests.answered().stream()
                  .allMatch(row -> row.chunksWithoutText().orElse(List.of()).isEmpty())
              ? "the answers were not streamed"
              : "no answer has text");
    }
    int answers = requests.count(LoadRow::isAnswered); // a rate has those of all phases
    int uncounted = requests.count(row -> row.isAnswered() && row.generatedTokens().isEmpty());
    if (uncounted > 0) {
      add(
          "No tokens/s%s: the server states no tokens of %,d of %s",
          requests.answered().stream().allMatch(row -> row.generatedTokens().isEmpty())
              ? " and no tpot"
              : "",
          uncounted,
          Texts.count(answers, "answer"));
    }
    if (counts.oneTokenAnswers() > 0) {
      add("tpot leaves out %s of one token", Texts.count(counts.oneTokenAnswers(), "answer"));
    }
    addUnshown();
  }

  private void addUnshown() {
    long unshown =
        requests.times().stream().filter(one -> one.shownTokens() < one.tokens()).count();
    if (unshown > 0) {
      add(
          "ttft, tpot and itl are of what came as text: the server thinks in %s, counts these"
              + " tokens, and does not send them",
          Texts.count(unshown, "answer"));
    }
  }

  /** Says once for all times that as many answers have which percentiles they are too few for. */
  private void addPercentiles() {
    Map<Integer, List<String>> figures = new TreeMap<>();
    put(figures, "e2el", RequestTimes::e2el);
    put(figures, "ttft", RequestTimes::ttft);
    put(figures, "tpot", RequestTimes::tpot);
    figures.forEach(
        (count, names) -> {
          List<String> lacking = new ArrayList<>();
          List<String> takes = new ArrayList<>();
          for (int percent : PERCENTILES) {
            if (count < LatencyFigures.fewest(percent)) {
              lacking.add("p" + percent);
              takes.add(Text.format("%,d", LatencyFigures.fewest(percent)));
            }
          }
          if (!lacking.isEmpty()) {
            add(
                "No %s of %s: these take %s answers, not %,d",
                String.join(", ", lacking),
                String.join(", ", names),
                String.join(", ", takes),
                count);
          }
        });
  }

  private void put(
      Map<Integer, List<String>> figures,
      String name,
      Function<RequestTimes, OptionalDouble> time) {
    int count =
        (int) requests.times().stream().map(time).flatMapToDouble(OptionalDouble::stream).count();
    if (count > 0) {
      figures.computeIfAbsent(count, absent -> new ArrayList<>()).add(name);
    }
  }

  private void add(String format, Object... values) {
    notes.add(Text.format(format, values));
  }
}
