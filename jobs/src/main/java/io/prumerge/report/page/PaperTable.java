package io.prumerge.report.page;

import io.prumerge.console.Console;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.RankedPair;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Inference;
import io.prumerge.report.Report;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The table of a paper: all methods of all budgets under each other, the baseline of each run
 * first, then the budgets in the leaderboard's order, in each the best first. Figures and tests are
 * those of the headline table and of the leaderboard.
 */
public final class PaperTable {

  /** Marks a retention that is told from the best of its budget. */
  private static final String BELOW = "†";

  /** Names the column of the retention. */
  static final String RETENTION = "retention %";

  private static final String ALL_TOKENS = "all";

  /** A budget for people, who may know a method by the name that it has in tables. */
  private static final String OWN_NUMBER = "own number";

  private static final Comparator<Standing> BEST_FIRST =
      Comparator.<Standing>comparingDouble(one -> -one.retention().orElse(Double.NEGATIVE_INFINITY))
          .thenComparing(one -> -one.accuracy().orElse(Double.NEGATIVE_INFINITY));

  private final ReportRows rows;
  private final List<RankedPair> pairs;
  private final ReportMethods lineup;
  private final Headlines headlines;
  private final BoardNames names;
  private final List<PaperRow> lines;

  PaperTable(ReportRows rows, List<RankedPair> pairs, ReportMethods lineup, Headlines headlines) {
    this.rows = rows;
    this.pairs = List.copyOf(pairs);
    this.lineup = lineup;
    this.headlines = headlines;
    names = new BoardNames(rows.leaderboard());
    lines = lines();
  }

  /** Returns the table of a report. */
  public static PaperTable of(Report report) {
    ReportRows rows = ReportRows.of(report, List.of());
    ReportMethods lineup = ReportMethods.of(List.of(), report.summary(), report.names());
    return new PaperTable(
        rows,
        report.leaderboard().pairs(),
        lineup,
        new Headlines(rows, lineup, Published.bundled()));
  }

  List<PaperRow> rows() {
    return lines;
  }

  /** Returns the benchmarks' figures, in the order of each row. */
  List<HeadlineColumn> columns() {
    return headlines.columns();
  }

  /** Returns the table for people. */
  TableView view() {
    TableColumns<PaperRow> view = new TableColumns<>();
    if (lineup.several()) {
      view.text("run", row -> TableCell.name(row.run()));
    }
    view.text("budget", row -> TableCell.name(shown(row.budget())))
        .text("method", row -> TableCell.name(row.method()))
        .number("tokens", row -> TableCell.number(row.tokens(), 1));
    for (int i = 0; i < columns().size(); i++) {
      int place = i;
      view.number(columns().get(i).title(), row -> row.figures().get(place).cell(""));
    }
    return view.number(RETENTION, PaperTable::retention).of(title(), lines);
  }

  private static String shown(String budget) {
    return budget.equals(NominalBudget.OWN) ? OWN_NUMBER : budget;
  }

  /** Returns a line's retention with its marks. */
  static TableCell retention(PaperRow row) {
    return row.retention().cell(row.belowBest().orElse(false) ? BELOW : "");
  }

  /** Returns what the figures are, in words. */
  String title() {
    return "Methods and budgets: score and retention with their 95 % intervals";
  }

  /** Returns what the marks mean, in words. */
  String legend() {
    return Text.format(
        "tokens: visual tokens really left, mean over layers. *: told from %s by the corrected"
            + " test of the headline table. %s: retention told from that of the best of its budget"
            + " by the leaderboard's test, corrected for all pairs of the budget. Lines of several"
            + " seeds have no *, and ± their standard deviation. No mark does not mean equal.",
        headlines.verdicts().baseline(), BELOW);
  }

  /** Prints the table and what its marks mean; nothing if no benchmark has a figure. */
  public void print(Console console) {
    if (!columns().isEmpty()) {
      console.table(title(), cells(), lineup.several() ? 3 : 2);
      console.out().println(legend());
    }
  }

  /** Returns the table as text: lines of cells of equal length, the header first. */
  public List<List<String>> cells() {
    TableView view = view();
    List<List<String>> cells = new ArrayList<>();
    cells.add(view.columns().stream().map(TableColumn::title).toList());
    view.lines()
        .forEach(
            line ->
                cells.add(
                    line.cells().stream().map(one -> one.text() + one.inlineNote()).toList()));
    return cells;
  }

  private List<PaperRow> lines() {
    List<PaperRow> all = new ArrayList<>();
    for (String run : lineup.all().stream().map(MethodRun::runId).distinct().toList()) {
      lineup.all().stream()
          .filter(one -> one.runId().equals(run) && one.method().equals(rows.baseline()))
          .forEach(one -> all.add(baseline(one)));
      List<Standing> own =
          rows.leaderboard().stream()
              .filter(row -> row.runId().equals(run) && !row.name().equals(rows.baseline()))
              .toList();
      for (String budget : own.stream().map(Standing::budget).distinct().toList()) {
        List<Standing> ranked =
            own.stream().filter(row -> row.budget().equals(budget)).sorted(BEST_FIRST).toList();
        ranked.forEach(row -> all.add(row(row, ranked.get(0))));
      }
    }
    return List.copyOf(all);
  }

  private PaperRow baseline(MethodRun who) {
    boolean whole = who.method().equals(Inference.BASELINE);
    String budget = NominalBudget.of(who.method()).name();
    return new PaperRow(
        lineup.ran(who),
        whole ? ALL_TOKENS : budget(budget),
        whole ? "" : NominalBudget.words(budget),
        List.of(who),
        lineup.shown(who),
        headlines.tokens(who),
        figures(List.of(who)),
        PaperFigure.of(List.of(who), headlines::retention),
        Optional.empty());
  }

  private PaperRow row(Standing row, Standing best) {
    List<MethodRun> who =
        row.methods().stream()
            .map(method -> new MethodRun(row.runId(), row.model(), method))
            .toList();
    String name = names.of(row);
    return new PaperRow(
        lineup.ran(who.get(0)),
        budget(row.budget()),
        NominalBudget.words(row),
        who,
        who.size() > 1 ? Text.format("%s, %d seeds", name, who.size()) : name,
        row.visualTokensLayerMean(),
        figures(who),
        PaperFigure.of(who, headlines::retention)
            .within(end(row, Interval::low), end(row, Interval::high)),
        isBelow(row, best));
  }

  private static OptionalDouble end(Standing row, Function<Interval, Double> side) {
    return Values.of(row.retentionInterval().map(side));
  }

  private List<PaperFigure> figures(List<MethodRun> line) {
    return columns().stream()
        .map(column -> PaperFigure.of(line, who -> headlines.figure(who, column)))
        .toList();
  }

  private Optional<Boolean> isBelow(Standing row, Standing best) {
    List<String> two = List.of(best.name(), row.name());
    return pairs.stream()
        .filter(pair -> pair.runId().equals(row.runId()) && pair.budget().equals(row.budget()))
        .filter(pair -> !pair.a().equals(pair.b()))
        .filter(pair -> two.contains(pair.a()) && two.contains(pair.b()))
        .findFirst()
        .map(RankedPair::comparison)
        .flatMap(Comparison::test)
        .map(DifferenceTest::isSignificant);
  }

  /** Returns a budget as short as it goes: a number alone. */
  private static String budget(String name) {
    return name.startsWith("@") || name.contains("=") ? NominalBudget.words(name) : name;
  }
}
