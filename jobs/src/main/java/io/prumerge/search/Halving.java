package io.prumerge.search;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.sweep.SearchCost;
import io.prumerge.statistics.Interval;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Successive halving: rung by rung, the candidates that are left are asked more questions, until
 * the front is separated or the questions are used up. It holds no state of its own between rungs,
 * so a search that was killed continues where it was: an {@link RungEvaluator} gives the answers of
 * finished rungs again.
 */
final class Halving {

  private static final MethodSpec BASELINE = MethodSpec.NONE;

  private final RungEvaluator evaluator;
  private final SearchCost cost;
  private final PrintWriter progress;

  Halving(RungEvaluator evaluator, SearchCost cost, PrintWriter progress) {
    this.evaluator = evaluator;
    this.cost = cost;
    this.progress = progress;
  }

  /**
   * Searches. The baseline is asked in every rung, because retention is a share of its headline.
   *
   * @param candidates the methods
   * @param sizes questions of each rung
   */
  Front run(List<MethodSpec> candidates, List<Long> sizes) throws IOException {
    List<MethodSpec> left = candidates;
    Map<String, Candidate> standings = new LinkedHashMap<>();
    for (int number = 1; ; number++) {
      Rung rung = new Rung(number, sizes.size(), sizes.get(number - 1), asked(left));
      say(
          "Rung %d of at most %d: %s, %s per benchmark",
          number,
          rung.of(),
          Texts.count(left.size(), "candidate"),
          Texts.count(rung.questions(), "question"));
      RungFigures figures = RungFigures.of(evaluator.ask(rung), rung, cost);
      Judgement judgement = Judgement.of(figures, rung.of());
      Set<String> names = names(left);
      judgement.dropped().stream()
          .filter(pair -> names.contains(pair.b().method()))
          .forEach(pair -> standings.put(pair.b().method(), dropped(pair, rung)));
      List<RungPoint> points =
          judgement.left().stream().filter(point -> names.contains(point.method())).toList();
      left = left.stream().filter(method -> !standings.containsKey(method.toString())).toList();
      if (judgement.separated() || number == rung.of()) {
        List<RungPoint> front = Judgement.front(points);
        for (RungPoint point : points) {
          CandidateStatus status =
              front.contains(point) ? CandidateStatus.FRONT : CandidateStatus.OPEN;
          standings.put(point.method(), new Candidate(status, number, point, Optional.empty()));
        }
        return new Front(
            figures.objective(),
            cost,
            number,
            judgement.separated(),
            List.copyOf(standings.values()));
      }
    }
  }

  private static List<MethodSpec> asked(List<MethodSpec> left) {
    Set<MethodSpec> asked = new LinkedHashSet<>(List.of(BASELINE));
    asked.addAll(left);
    return new ArrayList<>(asked);
  }

  private static Set<String> names(List<MethodSpec> methods) {
    Set<String> names = new LinkedHashSet<>();
    methods.forEach(method -> names.add(method.toString()));
    return names;
  }

  private Candidate dropped(PointPair pair, Rung rung) {
    Optional<Interval> interval = pair.score().interval();
    say(
        "Dropped %s: %s is better by %.1f [%.1f, %.1f] and costs no more",
        pair.b().method(),
        pair.a().method(),
        pair.score().delta(),
        interval.map(Interval::low).orElse(Double.NaN),
        interval.map(Interval::high).orElse(Double.NaN));
    return new Candidate(CandidateStatus.DROPPED, rung.number(), pair.b(), Optional.of(pair));
  }

  private void say(String format, Object... values) {
    progress.println(Text.format(format, values));
  }
}
