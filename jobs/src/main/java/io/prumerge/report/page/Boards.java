package io.prumerge.report.page;

import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Seeds;
import io.prumerge.leaderboard.Standing;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.page.Boards.BoardNames;
import io.prumerge.report.page.Page.TableView;
import io.prumerge.report.page.ReportMethods.MethodRun;
import io.prumerge.statistics.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The tables of the leaderboard: one for each run and budget, the best retention first. */
final class Boards {

  /** One table's run and budget. */
  private record Place(String runId, String budget) {
    static Place of(Standing row) {
      return new Place(row.runId(), row.budget());
    }
  }

  private static final String PUBLISHED = "printed";

  private final List<Standing> rows;
  private final BoardNames names;
  private final ReportMethods lineup;
  private final Headlines headlines;
  private final PublishedBudgets published;
  private final Set<String> comparable;

  /**
   * @param rows of all tables
   * @param comparable the runs whose model papers have figures of
   */
  Boards(
      List<Standing> rows,
      ReportMethods lineup,
      Headlines headlines,
      PublishedBudgets published,
      Set<String> comparable) {
    this.rows = rows;
    this.names = new BoardNames(rows);
    this.lineup = lineup;
    this.headlines = headlines;
    this.published = published;
    this.comparable = Set.copyOf(comparable);
  }

  List<TableView> tables() {
    return rows.stream().map(Place::of).distinct().map(this::table).toList();
  }

  /** A line of a table: what was measured, or below it what a paper prints of the method. */
  private record Line(Standing row, Optional<PublishedBudgets.Entry> printed) {

    TableView.Cell cell(
        Function<Standing, TableView.Cell> measured,
        Function<PublishedBudgets.Entry, TableView.Cell> published) {
      return printed
          .map(entry -> published.apply(entry).tinted(PUBLISHED))
          .orElseGet(() -> measured.apply(row));
    }

    /** Returns a number that papers do not print. */
    TableView.Cell measured(Function<Standing, TableView.Cell> cell) {
      return cell(cell, entry -> TableView.Cell.number(OptionalDouble.empty(), 1));
    }
  }

  private TableView table(Place place) {
    List<Standing> own = rows.stream().filter(row -> Place.of(row).equals(place)).toList();
    TableView.Columns<Line> columns =
        new TableView.Columns<Line>()
            .text("method", line -> line.cell(this::name, this::name))
            .text(
                "group",
                line ->
                    line.cell(
                        row -> TableView.Cell.text(row.letters()),
                        entry -> TableView.Cell.text("")))
            .number(
                "retention %",
                line ->
                    line.cell(
                        Boards::retention,
                        entry -> TableView.Cell.number(published.retention(entry), 1)))
            .number("above chance %", number(Standing::retentionChanceCorrected))
            .number("accuracy %", line -> line.measured(Boards::accuracy))
            .number("loyalty %", number(Standing::loyalty));
    if (own.stream().anyMatch(row -> row.scoreEasy().isPresent())) {
      columns
          .number("easy %", number(Standing::scoreEasy))
          .number("hard %", number(Standing::scoreHard));
    }
    for (Headlines.Column one : headlines.columns()) {
      columns.number(
          one.title(),
          line ->
              line.cell(
                  row ->
                      TableView.Cell.number(mean(row, who -> headlines.figure(who, one).value())),
                  entry ->
                      TableView.Cell.number(
                          published.value(entry, one.benchmark(), one.metric()))));
    }
    columns
        .number(
            "visual tokens",
            line ->
                line.cell(
                    row -> TableView.Cell.number(row.visualTokensLayerMean(), 1),
                    entry -> TableView.Cell.number(Values.number(place.budget()), 0)))
        .number("GFLOPs", rounded(Standing::flopsTotalMean, Values.GIGA))
        .number("select ms", rounded(Standing::msSelectMean, 1))
        .number("prefill ms", rounded(Standing::msPrefillMean, 1));
    List<Line> lines = new ArrayList<>();
    for (Standing row : own) {
      lines.add(new Line(row, Optional.empty()));
      if (comparable.contains(place.runId())) {
        published(row, place.budget())
            .forEach(entry -> lines.add(new Line(row, Optional.of(entry))));
      }
    }
    return columns.of(caption(own.get(0)), lines);
  }

  private static Function<Line, TableView.Cell> number(Function<Standing, OptionalDouble> figure) {
    return line -> line.measured(row -> TableView.Cell.number(figure.apply(row), 1));
  }

  private static Function<Line, TableView.Cell> rounded(
      Function<Standing, OptionalDouble> figure, double unit) {
    return line ->
        line.measured(
            row -> {
              OptionalDouble value = Values.divided(figure.apply(row), unit);
              return TableView.Cell.number(value, Values.rounded(value));
            });
  }

  private String caption(Standing row) {
    String words = NominalBudget.words(row.budget());
    String ran = lineup.ran(who(row).get(0));
    return ran.isEmpty() ? words : words + ", " + ran;
  }

  private static List<MethodRun> who(Standing row) {
    return row.methods().stream()
        .map(method -> new MethodRun(row.runId(), row.model(), method))
        .toList();
  }

  private TableView.Cell name(Standing row) {
    TableView.Cell name = TableView.Cell.name(names.of(row));
    int seeds = row.methods().size();
    return seeds > 1 ? name.noted(seeds + " seeds") : name;
  }

  private TableView.Cell name(PublishedBudgets.Entry entry) {
    return TableView.Cell.name(entry.name()).noted("published, " + published.source(entry).mark());
  }

  private static TableView.Cell accuracy(Standing row) {
    OptionalDouble spread = row.accuracySd();
    TableView.Cell accuracy = TableView.Cell.number(row.accuracy(), 1);
    return spread.isPresent() ? accuracy.noted("±" + Values.fixed(spread, 1)) : accuracy;
  }

  private static TableView.Cell retention(Standing row) {
    String range =
        Values.range(
            Values.of(row.retentionInterval().map(Interval::low)),
            Values.of(row.retentionInterval().map(Interval::high)),
            1);
    OptionalDouble spread = row.retentionSd();
    String seeds = spread.isPresent() ? "\n±" + Values.fixed(spread, 1) : "";
    return TableView.Cell.number(row.retention(), 1).noted((range + seeds).strip());
  }

  private static OptionalDouble mean(Standing row, Function<MethodRun, OptionalDouble> figure) {
    return Seeds.mean(who(row).stream().map(figure));
  }

  /** Returns the published lines of a method at a number of tokens. */
  private List<PublishedBudgets.Entry> published(Standing row, String budget) {
    String method = row.methods().get(0);
    OptionalDouble tokens = Values.number(budget);
    if (tokens.isEmpty()) {
      return List.of();
    }
    List<MethodSpec> methods;
    try {
      methods = MethodSpec.read(method).methods();
    } catch (IllegalArgumentException e) {
      return List.of(); // foreign rows may have any text here
    }
    return methods.size() > 1
        ? List.of()
        : published.of(methods.get(0).name(), (int) tokens.getAsDouble());
  }

  /**
   * The names of lines in the leaderboard's tables and chart: without the number of tokens, which
   * the table's title has, and without the seed; the whole method where two lines of a table would
   * have the same name.
   */
  static final class BoardNames {

    private final Map<List<String>, Integer> uses = new HashMap<>();

    /**
     * @param rows of all tables
     */
    BoardNames(List<Standing> rows) {
      rows.forEach(row -> uses.merge(key(row), 1, Integer::sum));
    }

    String of(Standing row) {
      return uses.get(key(row)) == 1 ? bare(first(row)) : row.name();
    }

    /** Returns a line's method, or the first of its seeds. */
    static String first(Standing row) {
      return row.methods().get(0);
    }

    private static List<String> key(Standing row) {
      return List.of(row.runId(), row.budget(), bare(first(row)));
    }

    private static String bare(String method) {
      try {
        return MethodSpec.read(method).without("tokens", "seed").toString();
      } catch (IllegalArgumentException e) {
        return method; // foreign rows may have any text here
      }
    }
  }

  /** What a perfect choice of the method for each question would give. */
  static final class Oracles {

    private static final String ALL = "all";

    private final List<Oracle> rows;
    private final ReportMethods lineup;

    Oracles(List<Oracle> rows, ReportMethods lineup) {
      this.rows = rows;
      this.lineup = lineup;
    }

    TableView table() {
      return new TableView.Columns<Oracle>()
          .text("methods", this::name)
          .text(
              "benchmark",
              row -> TableView.Cell.text(ReportRows.split(row.benchmark(), row.split())))
          .number("questions", row -> TableView.Cell.number(row.n()))
          .number("baseline %", row -> TableView.Cell.number(row.baselineScore(), 1))
          .number(
              "best method %",
              row -> TableView.Cell.number(row.bestScore(), 1).noted(row.bestMethod()))
          .number("best of all %", row -> TableView.Cell.number(row.oracleScore(), 1))
          .number("answers kept %", row -> TableView.Cell.number(row.keptShare(), 1))
          .number(
              "baseline's tokens", row -> TableView.Cell.number(row.visualTokensBaselineMean(), 1))
          .number("fewest tokens", row -> TableView.Cell.number(row.visualTokensFewestMean(), 1))
          .of("Best method for each question", rows);
    }

    private TableView.Cell name(Oracle row) {
      String budget = row.budget();
      String words = budget.equals(ALL) ? "All methods" : NominalBudget.words(budget);
      MethodRun any = new MethodRun(row.runId(), row.model(), row.bestMethod());
      String count = row.nMethods() + " methods";
      String ran = lineup.ran(any);
      return TableView.Cell.name(words).noted(ran.isEmpty() ? count : ran + ", " + count);
    }
  }

  /**
   * The agreement of each budget's methods as a matrix: above the diagonal the share of equal
   * answers, below it the overlap of the kept patches, both means over benchmarks. Of several
   * seeds, the first stands for the method.
   */
  static final class Matrices {

    private final List<Standing> leaderboard;
    private final BoardNames names;
    private final ReportMethods lineup;

    /** By run and the two methods, in either order. */
    private final Map<List<String>, List<Agreement>> pairs = new HashMap<>();

    Matrices(List<Standing> leaderboard, List<Agreement> agreement, ReportMethods lineup) {
      this.leaderboard = leaderboard;
      this.names = new BoardNames(leaderboard);
      this.lineup = lineup;
      for (Agreement row : agreement) {
        String run = row.runId();
        String a = row.a();
        String b = row.b();
        pairs.computeIfAbsent(List.of(run, a, b), absent -> new ArrayList<>()).add(row);
        pairs.computeIfAbsent(List.of(run, b, a), absent -> new ArrayList<>()).add(row);
      }
    }

    /** Returns a matrix for each table of the leaderboard. */
    List<TableView> tables() {
      Map<List<String>, List<Standing>> boards = new LinkedHashMap<>();
      for (Standing row : leaderboard) {
        boards
            .computeIfAbsent(List.of(row.runId(), row.budget()), absent -> new ArrayList<>())
            .add(row);
      }
      return boards.values().stream().map(this::table).toList();
    }

    private TableView table(List<Standing> lines) {
      List<MethodRun> who = lines.stream().map(Matrices::first).toList();
      TableView.Columns<Integer> columns =
          new TableView.Columns<Integer>()
              .text("method", i -> TableView.Cell.name((i + 1) + " " + names.of(lines.get(i))));
      for (int j = 0; j < who.size(); j++) {
        int other = j;
        columns.number(
            Integer.toString(j + 1),
            i -> cell(who.get(i), who.get(other), Integer.compare(other, i)));
      }
      String ran = lineup.ran(who.get(0));
      return columns.of(
          NominalBudget.words(lines.get(0).budget()) + (ran.isEmpty() ? "" : ", " + ran),
          IntStream.range(0, who.size()).boxed().toList());
    }

    private static MethodRun first(Standing row) {
      return new MethodRun(row.runId(), row.model(), row.methods().get(0));
    }

    /**
     * @param side above the diagonal 1, on it 0, below it -1
     */
    private TableView.Cell cell(MethodRun one, MethodRun other, int side) {
      if (side == 0) {
        return TableView.Cell.number(OptionalDouble.empty(), "");
      }
      OptionalDouble value =
          Values.mean(
              pairs.getOrDefault(List.of(one.runId(), one.method(), other.method()), List.of()),
              side > 0 ? Agreement::sameAnswer : Agreement::keptOverlap);
      return TableView.Cell.number(value, 0).tinted(shade(value.orElse(0), side > 0));
    }

    /** Returns darker shades for more: of answers, which mostly agree, from 80 percent on. */
    private static String shade(double percent, boolean answers) {
      double least = answers ? 80 : 25;
      double step = answers ? 7 : 25;
      return percent < least
          ? ""
          : (answers ? "more" : "less") + Math.min(3, 1 + (int) ((percent - least) / step));
    }
  }
}
