package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What the report's own tests say of each method's retention: the corrected test of {@code
 * report/contrasts} against the baseline of its run.
 */
final class Verdicts {

  /** Retention of the baseline, in percent. */
  private static final double WHOLE = 100;

  /** Why a difference has no test. */
  private static final String UNTESTED = " (there is one image or video only, or all differ alike)";

  private final ReportRows rows;
  private final ReportMethods lineup;
  private final Map<MethodRun, MethodSummary> summaries = new HashMap<>();
  private final Map<MethodRun, List<Metric>> headlines = new HashMap<>();
  private final Map<Set<String>, Comparison> tests = new HashMap<>();

  Verdicts(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
    rows.summary().forEach(row -> summaries.put(MethodRun.of(row), row));
    rows.metrics().stream()
        .filter(Metric::headline)
        .forEach(
            row -> headlines.computeIfAbsent(MethodRun.of(row), any -> new ArrayList<>()).add(row));
    rows.contrasts().stream()
        .filter(ContrastResult::isRetention)
        .forEach(row -> tests.put(Set.of(row.a(), row.b()), row.comparison()));
  }

  Verdict of(MethodRun who) {
    OptionalDouble retention = summaries.get(who).retention();
    if (retention.isEmpty()) {
      return Verdict.UNKNOWN;
    }
    if (who.method().equals(rows.baseline())) {
      return Verdict.NOT_TOLD_APART;
    }
    Optional<DifferenceTest> test = test(who).or(() -> ofOne(who));
    if (test.isEmpty()) {
      return Verdict.UNTESTED;
    }
    if (!test.get().isSignificant()) {
      return Verdict.NOT_TOLD_APART;
    }
    return retention.getAsDouble() < WHOLE ? Verdict.LESS : Verdict.MORE;
  }

  /** Returns the test of a method's retention; empty for the baseline. */
  Optional<DifferenceTest> test(MethodRun who) {
    return who.method().equals(rows.baseline())
        ? Optional.empty()
        : Optional.ofNullable(
                tests.get(Set.of(lineup.name(who), lineup.name(who.with(rows.baseline())))))
            .flatMap(Comparison::test);
  }

  /** Returns the test of a method's only headline, which its retention has where it has no own. */
  private Optional<DifferenceTest> ofOne(MethodRun who) {
    List<Metric> figures = headlines.getOrDefault(who, List.of());
    return figures.size() == 1
        ? figures.get(0).comparison().flatMap(Comparison::test)
        : Optional.empty();
  }

  /** Returns the methods besides the baseline of their run. */
  private List<MethodRun> compared() {
    return lineup.all().stream().filter(who -> !who.method().equals(rows.baseline())).toList();
  }

  /**
   * Returns what the report says of all methods, as a sentence.
   *
   * @param areRunsCompared whether the report has differences between runs
   */
  String sentence(boolean areRunsCompared) {
    List<MethodRun> all = compared();
    if (all.isEmpty()) {
      return "No other method was asked than "
          + baseline()
          + (areRunsCompared
              ? ", so no methods are compared; the runs are, under \"Runs compared\"."
              : ", so nothing is compared.");
    }
    List<String> parts = new ArrayList<>();
    add(
        parts,
        all,
        Verdict.LESS,
        "scores less than " + baseline(),
        "score less than " + baseline());
    add(
        parts,
        all,
        Verdict.MORE,
        "scores more than " + baseline(),
        "score more than " + baseline());
    List<MethodRun> same = with(all, Verdict.NOT_TOLD_APART);
    if (!same.isEmpty()) {
      String words =
          (same.size() == 1 ? "is" : "are") + " not told apart from " + baseline() + ": ";
      parts.add(
          count(same, all)
              + " "
              + words
              + unseen(
                  same.stream()
                      .max(Comparator.comparingDouble(who -> loss(who).orElse(WHOLE)))
                      .orElseThrow()));
    }
    add(
        parts,
        all,
        Verdict.UNTESTED,
        "has no test against " + baseline() + ", so whether it differs is unknown" + UNTESTED,
        "have no test against " + baseline() + ", so whether they differ is unknown" + UNTESTED);
    String why = zeros().stream().findFirst().map(zero -> ": " + zero).orElse("");
    add(
        parts,
        all,
        Verdict.UNKNOWN,
        "has no figure to compare" + why,
        "have no figure to compare" + why);
    return String.join("; ", parts) + ".";
  }

  /** Returns the baselines' figures that are 0, of which no retention is a share. */
  private List<String> zeros() {
    return rows.metrics().stream()
        .filter(one -> one.headline() && one.key().method().equals(rows.baseline()))
        .filter(one -> one.value().isPresent() && one.value().getAsDouble() == 0)
        .map(
            one ->
                Text.format(
                    "%s of %s is 0 over %s of %s/%s, so retention has no value",
                    one.name(),
                    lineup.name(MethodRun.of(one)),
                    Texts.count(one.counts().n(), "question"),
                    one.key().benchmark(),
                    one.key().split()))
        .toList();
  }

  private void add(
      List<String> parts, List<MethodRun> all, Verdict verdict, String one, String several) {
    List<MethodRun> some = with(all, verdict);
    if (!some.isEmpty()) {
      parts.add(count(some, all) + " " + (some.size() == 1 ? one : several));
    }
  }

  private List<MethodRun> with(List<MethodRun> all, Verdict verdict) {
    return all.stream().filter(who -> of(who) == verdict).toList();
  }

  private String count(List<MethodRun> some, List<MethodRun> all) {
    return some.size() == 1 && all.size() <= 3
        ? lineup.label(some.get(0))
        : Text.format("%d of %s", some.size(), Texts.count(all.size(), "method"));
  }

  /** Returns the method that the others are compared with, in words. */
  String baseline() {
    return rows.baseline().equals(Inference.BASELINE)
        ? "all tokens"
        : lineup.shown(new MethodRun("", "", rows.baseline()));
  }

  /** Returns what a method's questions cannot show, in words. */
  String unseen(MethodRun who) {
    if (of(who) == Verdict.UNTESTED) {
      return "there is no test, so whether it differs is unknown" + UNTESTED;
    }
    List<Metric> figures = headlines.getOrDefault(who, List.of());
    String questions =
        Texts.count(figures.stream().mapToLong(one -> one.counts().n()).sum(), "question")
            + " in the headline figure"
            + (figures.size() == 1 ? "" : "s");
    OptionalDouble loss = loss(who);
    return loss.isEmpty() || loss.getAsDouble() >= most(who)
        ? "with " + questions + " no loss can be seen"
        : Text.format(
            "with %s a loss below %s points%s can't be seen",
            questions, Values.rounded(loss), figures.size() == 1 ? "" : " of retention");
  }

  /**
   * Returns the least loss that is seen in four of five such runs, but no smaller one than the
   * method has, since the corrected test did not see that; where no image differs, the largest that
   * the interval holds. Of one benchmark it is in points of its figure.
   */
  private OptionalDouble loss(MethodRun who) {
    List<Metric> figures = headlines.getOrDefault(who, List.of());
    if (figures.size() == 1) {
      Metric figure = figures.get(0);
      return figure.mde().isPresent()
          ? larger(figure.mde(), -figure.comparison().map(Comparison::delta).orElse(0.0))
          : Values.of(
              figure.comparison().flatMap(Comparison::interval).map(Interval::low).map(Math::abs));
    }
    MethodSummary summary = summaries.get(who);
    return summary.retentionMde().isPresent()
        ? larger(summary.retentionMde(), WHOLE - summary.retention().orElse(WHOLE))
        : Values.of(summary.retentionInterval().map(interval -> WHOLE - interval.low()));
  }

  private static OptionalDouble larger(OptionalDouble one, double other) {
    return OptionalDouble.of(Math.max(one.getAsDouble(), other));
  }

  /** Returns the largest loss that there can be, in the same unit. */
  private double most(MethodRun who) {
    List<Metric> figures = headlines.getOrDefault(who, List.of());
    if (figures.size() != 1) {
      return WHOLE;
    }
    double value = figures.get(0).value().orElse(0);
    return value - figures.get(0).comparison().map(Comparison::delta).orElse(0.0);
  }
}
