package io.prumerge.report.page;

import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Standing;
import io.prumerge.report.MethodSummary;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The data that {@code report.js} draws, as JSON; absent figures are null.
 *
 * @param who the methods, in the order of all that follows
 * @param overview the methods but the baseline, the most retention first
 * @param figures retention first, then each benchmark's headline
 * @param leaderboard the methods of each budget
 * @param tokens distribution of the visual tokens
 * @param millis measured time by stage
 * @param gigaFlops counted work by stage
 * @param timed figures over times of questions that were asked alone
 * @param hardware minimum time to the first token
 */
record ChartData(
    List<Who> who,
    List<Told> overview,
    List<Plotted> figures,
    BoardChart leaderboard,
    Tokens tokens,
    Stages millis,
    Stages gigaFlops,
    List<TimedChart> timed,
    List<Hardware> hardware) {

  /**
   * @param method number of the method, the same in every run
   * @param run number of the run
   */
  private record Who(String label, int method, int run) {}

  /**
   * A method's retention, and whether it is told apart from the baseline.
   *
   * @param who number of the method
   * @param tokens percent of the baseline's
   */
  private record Told(
      int who, Double value, Double low, Double high, Double tokens, boolean toldApart) {}

  /** The most methods of the overview; tables have all. */
  static final int MOST_TOLD = 16;

  /** One figure of all methods. */
  record Plotted(String title, List<Point> points) {}

  /**
   * @param tokens mean number in a decoder layer
   * @param gigaFlops of one question computed alone
   * @param front whether it is on the Pareto front of its run
   */
  record Point(
      Double value, Double low, Double high, Double tokens, Double gigaFlops, boolean front) {}

  /**
   * @param benchmarks in the order of each box's lists
   * @param boxes methods whose distributions are equal share one; none for unknown tokens
   * @param shared names the methods of each shared box
   */
  private record Tokens(List<String> benchmarks, List<Box> boxes, List<String> shared) {}

  /**
   * @param who the first of its methods
   * @param label its name, and how many others there are
   * @param quantiles 5, 25, 50, 75 and 95 percent, per benchmark; null if there are none
   */
  private record Box(int who, String label, List<List<Double>> quantiles) {}

  /**
   * @param who numbers of the methods that have a figure
   * @param values by stage, then by these methods
   */
  record Stages(List<Integer> who, List<String> names, List<List<Double>> values) {

    boolean isDrawn() {
      return !who.isEmpty();
    }
  }

  /**
   * @param names devices, in the order of each method's list
   * @param millis by method
   */
  private record Hardware(String precision, List<String> names, List<List<Double>> millis) {}

  private static final List<Function<VisualTokens, OptionalDouble>> QUANTILES =
      List.of(
          VisualTokens::p05,
          VisualTokens::p25,
          VisualTokens::median,
          VisualTokens::p75,
          VisualTokens::p95);

  static ChartData of(ReportRows rows, ReportMethods lineup, Headlines headlines, Costs costs) {
    List<MethodRun> all = lineup.all();
    return new ChartData(
        all.stream()
            .map(one -> new Who(lineup.label(one), lineup.method(one), lineup.run(one)))
            .toList(),
        overview(all, rows.baseline(), headlines),
        figures(all, headlines),
        BoardChart.of(rows.ranked(), lineup, rows.baseline()),
        tokens(rows, lineup),
        stages(Costs.TIMED, all, costs::millis),
        stages(Costs.COUNTED, all, costs::gigaFlops),
        TimedChart.of(rows, lineup, headlines, costs),
        hardware(all, costs));
  }

  /** Returns the methods that have a retention, of which the overview shows the first. */
  static List<MethodRun> told(List<MethodRun> all, String baseline, Headlines headlines) {
    return all.stream()
        .filter(one -> !one.method().equals(baseline))
        .filter(one -> headlines.retention(one).value().isPresent())
        .sorted(Comparator.comparingDouble(one -> -headlines.retention(one).value().getAsDouble()))
        .toList();
  }

  private static List<Told> overview(List<MethodRun> all, String baseline, Headlines headlines) {
    return told(all, baseline, headlines).stream()
        .limit(MOST_TOLD)
        .map(
            one -> {
              FigureCell retention = headlines.retention(one);
              return new Told(
                  all.indexOf(one),
                  Optionals.orNull(retention.value()),
                  Optionals.orNull(retention.low()),
                  Optionals.orNull(retention.high()),
                  Optionals.orNull(
                      headlines.shareOfBaseline(one, MethodSummary::visualTokensLayerMean)),
                  headlines.verdicts().of(one).isToldApart());
            })
        .toList();
  }

  /** Returns whether a figure has a point over visual tokens. */
  boolean anyOverTokens() {
    return anyOver(Point::tokens);
  }

  /** Returns whether a figure has a point over FLOPs. */
  boolean anyOverFlops() {
    return anyOver(Point::gigaFlops);
  }

  private boolean anyOver(Function<Point, Double> cost) {
    return figures.stream()
        .flatMap(figure -> figure.points().stream())
        .anyMatch(point -> point.value() != null && cost.apply(point) != null);
  }

  /** Returns whose boxes of tokens stand for which other methods' too, in words. */
  List<String> sharedTokens() {
    return tokens.shared();
  }

  boolean anyTokens() {
    return !tokens.boxes().isEmpty();
  }

  private static List<Plotted> figures(List<MethodRun> all, Headlines headlines) {
    List<Plotted> figures = new ArrayList<>();
    figures.add(
        new Plotted(
            "retention %",
            all.stream().map(one -> point(headlines, one, headlines.retention(one))).toList()));
    for (HeadlineColumn column : headlines.columns()) {
      figures.add(
          new Plotted(
              column.title(),
              all.stream()
                  .map(one -> point(headlines, one, headlines.figure(one, column)))
                  .toList()));
    }
    return figures;
  }

  private static Point point(Headlines headlines, MethodRun who, FigureCell figure) {
    return new Point(
        Optionals.orNull(figure.value()),
        Optionals.orNull(figure.low()),
        Optionals.orNull(figure.high()),
        Optionals.orNull(headlines.tokens(who)),
        Optionals.orNull(Values.divided(headlines.flops(who), Values.GIGA)),
        headlines.onFront(who));
  }

  private static Tokens tokens(ReportRows rows, ReportMethods lineup) {
    List<String> benchmarks =
        rows.efficiency().stream().map(ChartData::benchmark).distinct().toList();
    Map<List<List<Double>>, List<MethodRun>> equal = new LinkedHashMap<>();
    for (MethodRun who : lineup.all()) {
      Map<String, List<Double>> own = new LinkedHashMap<>();
      for (EfficiencyRow row : rows.costs(who)) {
        List<OptionalDouble> quantiles =
            QUANTILES.stream().map(one -> one.apply(row.visualTokens())).toList();
        if (quantiles.stream().allMatch(OptionalDouble::isPresent)) {
          own.put(benchmark(row), quantiles.stream().map(OptionalDouble::getAsDouble).toList());
        }
      }
      if (own.isEmpty()) {
        continue; // its tokens are unknown
      }
      equal
          .computeIfAbsent(
              new ArrayList<>(benchmarks.stream().map(own::get).toList()),
              absent -> new ArrayList<>())
          .add(who);
    }
    List<Box> boxes = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    equal.forEach(
        (quantiles, same) -> {
          String first = lineup.label(same.get(0));
          String label =
              same.size() > 1 ? Text.format("%s and %d more", first, same.size() - 1) : first;
          boxes.add(new Box(lineup.all().indexOf(same.get(0)), label, quantiles));
          if (same.size() > 1) {
            shared.add(
                same.stream().skip(1).map(lineup::label).collect(Collectors.joining(", "))
                    + ": as many as "
                    + first);
          }
        });
    return new Tokens(benchmarks, boxes, shared);
  }

  private static String benchmark(EfficiencyRow row) {
    return ReportRows.split(row.benchmark(), row.split());
  }

  private static Stages stages(
      List<CostStage> stages,
      List<MethodRun> all,
      BiFunction<MethodRun, CostStage, OptionalDouble> figure) {
    List<MethodRun> known =
        all.stream()
            .filter(one -> stages.stream().anyMatch(stage -> figure.apply(one, stage).isPresent()))
            .toList();
    return new Stages(
        known.stream().map(all::indexOf).toList(),
        stages.stream().map(CostStage::name).toList(),
        stages.stream()
            .map(stage -> boxed(known.stream().map(one -> figure.apply(one, stage)).toList()))
            .toList());
  }

  private static List<Hardware> hardware(List<MethodRun> all, Costs costs) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    costs
        .places()
        .forEach(
            place ->
                names
                    .computeIfAbsent(place.precision(), absent -> new ArrayList<>())
                    .add(place.hardware()));
    List<Hardware> hardware = new ArrayList<>();
    names.forEach(
        (precision, devices) ->
            hardware.add(
                new Hardware(
                    precision,
                    devices,
                    all.stream()
                        .map(
                            one ->
                                boxed(
                                    devices.stream()
                                        .map(name -> firstToken(costs, one, name, precision))
                                        .toList()))
                        .toList())));
    return hardware;
  }

  private static OptionalDouble firstToken(
      Costs costs, MethodRun who, String device, String precision) {
    LeastTimes least = costs.least(who).get(new DevicePrecision(device, precision));
    return least == null ? OptionalDouble.empty() : least.firstToken();
  }

  /** Returns a list that may hold null, which {@code List.of} refuses. */
  private static List<Double> boxed(List<OptionalDouble> values) {
    List<Double> boxed = new ArrayList<>();
    values.forEach(value -> boxed.add(Optionals.orNull(value)));
    return boxed;
  }

  /**
   * The leaderboard as a chart: a line per method, on it a point for each budget.
   *
   * @param budgets in words, the most tokens first
   * @param methods without tokens and seed, best first at the largest budget
   * @param points one for each line of each table
   */
  private record BoardChart(List<String> budgets, List<String> methods, List<Point> points) {

    /**
     * @param method number of the method
     * @param budget number of the budget
     * @param name the line's name in its table
     * @param value retention, in percent
     * @param low lower end of its interval; null without one
     * @param tokens visual tokens in a decoder layer
     */
    record Point(
        int method,
        int budget,
        String name,
        Double value,
        Double low,
        Double high,
        Double tokens) {}

    /**
     * @param rows of all tables
     * @param baseline the method that the others are compared with, which is no point
     */
    static BoardChart of(List<Standing> rows, ReportMethods lineup, String baseline) {
      List<Standing> shown =
          rows.stream()
              .filter(row -> !row.name().equals(baseline))
              .filter(row -> row.retention().isPresent())
              .toList();
      BoardNames names = new BoardNames(rows);
      List<String> budgets = shown.stream().map(Standing::budget).distinct().toList();
      List<String> methods =
          shown.stream()
              .sorted(
                  Comparator.<Standing>comparingInt(row -> budgets.indexOf(row.budget()))
                      .thenComparing(row -> -row.retention().getAsDouble()))
              .map(row -> label(row, names, lineup))
              .distinct()
              .toList();
      List<Point> points = new ArrayList<>();
      for (Standing row : shown) {
        points.add(
            new Point(
                methods.indexOf(label(row, names, lineup)),
                budgets.indexOf(row.budget()),
                row.name(),
                row.retention().getAsDouble(),
                row.retentionInterval().map(Interval::low).orElse(null),
                row.retentionInterval().map(Interval::high).orElse(null),
                Optionals.orNull(row.visualTokensLayerMean())));
      }
      return new BoardChart(budgets.stream().map(NominalBudget::words).toList(), methods, points);
    }

    private static String label(Standing row, BoardNames names, ReportMethods lineup) {
      MethodRun who = new MethodRun(row.runId(), row.model(), BoardNames.first(row));
      String ran = lineup.ran(who);
      return ran.isEmpty() ? names.of(row) : names.of(row) + " · " + ran;
    }
  }
}
