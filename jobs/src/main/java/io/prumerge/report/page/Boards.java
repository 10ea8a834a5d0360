package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Seeds;
import io.prumerge.leaderboard.Standing;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.TimeTitle;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

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
  private final List<EfficiencyRow> costs;

  /**
   * @param rows of all tables
   * @param comparable the runs whose model papers have figures of
   * @param costs that the times are of
   */
  Boards(
      List<Standing> rows,
      ReportMethods lineup,
      Headlines headlines,
      PublishedBudgets published,
      Set<String> comparable,
      List<EfficiencyRow> costs) {
    this.rows = rows;
    this.names = new BoardNames(rows);
    this.lineup = lineup;
    this.headlines = headlines;
    this.published = published;
    this.comparable = Set.copyOf(comparable);
    this.costs = List.copyOf(costs);
  }

  List<TableView> tables() {
    return rows.stream().map(Place::of).distinct().map(this::table).toList();
  }

  /** A line of a table: what was measured, or below it what a paper prints of the method. */
  private record Line(Standing row, Optional<PublishedBudget> printed) {

    TableCell cell(
        Function<Standing, TableCell> measured, Function<PublishedBudget, TableCell> published) {
      return printed
          .map(entry -> published.apply(entry).tinted(PUBLISHED))
          .orElseGet(() -> measured.apply(row));
    }

    /** Returns a number that papers do not print. */
    TableCell measured(Function<Standing, TableCell> cell) {
      return cell(cell, entry -> TableCell.number(OptionalDouble.empty(), 1));
    }
  }

  private TableView table(Place place) {
    List<Standing> own = rows.stream().filter(row -> Place.of(row).equals(place)).toList();
    TableColumns<Line> columns =
        new TableColumns<Line>()
            .text("method", line -> line.cell(this::name, this::name))
            .text(
                "group",
                line ->
                    line.cell(row -> TableCell.text(row.letters()), entry -> TableCell.text("")))
            .number(
                "retention %",
                line ->
                    line.cell(
                        Boards::retention,
                        entry -> TableCell.number(published.retention(entry), 1)))
            .number("above chance %", number(Standing::retentionChanceCorrected))
            .number("accuracy %", line -> line.measured(Boards::accuracy))
            .number("loyalty %", number(Standing::loyalty));
    if (own.stream().anyMatch(row -> row.scoreEasy().isPresent())) {
      columns
          .number("easy %", number(Standing::scoreEasy))
          .number("hard %", number(Standing::scoreHard));
    }
    for (HeadlineColumn one : headlines.columns()) {
      columns.number(
          one.title(),
          line ->
              line.cell(
                  row -> TableCell.number(mean(row, who -> headlines.figure(who, one).value())),
                  entry ->
                      TableCell.number(published.value(entry, one.benchmark(), one.metric()))));
    }
    columns
        .number(
            "visual tokens",
            line ->
                line.cell(
                    row -> TableCell.number(row.visualTokensLayerMean(), 1),
                    entry -> TableCell.number(Values.number(place.budget()), 0)))
        .number("GFLOPs", rounded(Standing::flopsTotalMean, Values.GIGA))
        .number(TimeTitle.of("select ms", costs), rounded(Standing::msSelectMean, 1))
        .number(TimeTitle.of("prefill ms", costs), rounded(Standing::msPrefillMean, 1));
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

  private static Function<Line, TableCell> number(Function<Standing, OptionalDouble> figure) {
    return line -> line.measured(row -> TableCell.number(figure.apply(row), 1));
  }

  private static Function<Line, TableCell> rounded(
      Function<Standing, OptionalDouble> figure, double unit) {
    return line ->
        line.measured(
            row -> {
              OptionalDouble value = Values.divided(figure.apply(row), unit);
              return TableCell.number(value, Values.rounded(value));
            });
  }

  private String caption(Standing row) {
    String words = NominalBudget.words(row);
    String ran = lineup.ran(who(row).get(0));
    return ran.isEmpty() ? words : words + ", " + ran;
  }

  private static List<MethodRun> who(Standing row) {
    return row.methods().stream()
        .map(method -> new MethodRun(row.runId(), row.model(), method))
        .toList();
  }

  private TableCell name(Standing row) {
    TableCell name = TableCell.name(names.of(row));
    int seeds = row.methods().size();
    return seeds > 1 ? name.noted(seeds + " seeds") : name;
  }

  private TableCell name(PublishedBudget entry) {
    return TableCell.name(entry.name()).noted("published, " + published.source(entry).mark());
  }

  private static TableCell accuracy(Standing row) {
    OptionalDouble spread = row.accuracySd();
    TableCell accuracy = TableCell.number(row.accuracy(), 1);
    return spread.isPresent() ? accuracy.noted("±" + Values.fixed(spread, 1)) : accuracy;
  }

  private static TableCell retention(Standing row) {
    String range =
        Values.range(
            Values.of(row.retentionInterval().map(Interval::low)),
            Values.of(row.retentionInterval().map(Interval::high)),
            1);
    OptionalDouble spread = row.retentionSd();
    String seeds = spread.isPresent() ? "\n±" + Values.fixed(spread, 1) : "";
    return TableCell.number(row.retention(), 1).noted((range + seeds).strip());
  }

  private static OptionalDouble mean(Standing row, Function<MethodRun, OptionalDouble> figure) {
    return Seeds.mean(who(row).stream().map(figure));
  }

  /** Returns the published lines of a method at a number of tokens. */
  private List<PublishedBudget> published(Standing row, String budget) {
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
}
