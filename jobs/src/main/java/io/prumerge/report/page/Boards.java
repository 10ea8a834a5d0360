package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Seeds;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** The tables of the leaderboard: one for each run and budget, the best retention first. */
final class Boards {

  /** One table's run and budget. */
  private record Place(String runId, String budget) {
    static Place of(Row row) {
      return new Place(row.getAs("run_id"), row.getAs("budget"));
    }
  }

  private static final String PUBLISHED = "printed";

  private final List<Row> rows;
  private final BoardNames names;
  private final ReportMethods lineup;
  private final Headlines headlines;
  private final PublishedBudgets published;
  private final Set<String> comparable;

  /**
   * @param rows of the table {@code leaderboard}
   * @param comparable the runs whose model papers have figures of
   */
  Boards(
      List<Row> rows,
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

  private TableView table(Place place) {
    List<Row> own = rows.stream().filter(row -> Place.of(row).equals(place)).toList();
    boolean split = own.stream().anyMatch(row -> row.getAs("score_easy") != null);
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("method"));
    titles.add(TableView.Column.text("group"));
    titles.add(TableView.Column.number("retention %"));
    for (String title : List.of("above chance %", "accuracy %", "loyalty %")) {
      titles.add(TableView.Column.number(title));
    }
    if (split) {
      titles.add(TableView.Column.number("easy %"));
      titles.add(TableView.Column.number("hard %"));
    }
    headlines.columns().forEach(one -> titles.add(TableView.Column.number(one.title())));
    for (String title : List.of("visual tokens", "GFLOPs", "select ms", "prefill ms")) {
      titles.add(TableView.Column.number(title));
    }
    List<TableView.Line> lines = new ArrayList<>();
    for (Row row : own) {
      lines.add(line(row, split));
      if (comparable.contains(place.runId())) {
        lines.addAll(published(row, place.budget(), split));
      }
    }
    return new TableView(caption(own.get(0)), titles, lines);
  }

  private String caption(Row row) {
    String words = NominalBudget.words(row.getAs("budget"));
    String ran = lineup.ran(who(row).get(0));
    return ran.isEmpty() ? words : words + ", " + ran;
  }

  private static List<MethodRun> who(Row row) {
    return row.<String>getList(row.fieldIndex("methods")).stream()
        .map(method -> new MethodRun(row.getAs("run_id"), row.getAs("model"), method))
        .toList();
  }

  private TableView.Line line(Row row, boolean split) {
    List<TableView.Cell> cells = new ArrayList<>();
    TableView.Cell name = TableView.Cell.name(names.of(row));
    int seeds = row.getList(row.fieldIndex("methods")).size();
    cells.add(seeds > 1 ? name.noted(seeds + " seeds") : name);
    cells.add(TableView.Cell.text(row.getAs("letters")));
    cells.add(retention(row));
    cells.add(TableView.Cell.number(Values.of(row, "retention_chance_corrected"), 1));
    OptionalDouble spread = Values.of(row, "accuracy_sd");
    TableView.Cell accuracy = TableView.Cell.number(Values.of(row, "accuracy"), 1);
    cells.add(spread.isPresent() ? accuracy.noted("±" + Values.fixed(spread, 1)) : accuracy);
    cells.add(TableView.Cell.number(Values.of(row, "loyalty"), 1));
    if (split) {
      cells.add(TableView.Cell.number(Values.of(row, "score_easy"), 1));
      cells.add(TableView.Cell.number(Values.of(row, "score_hard"), 1));
    }
    for (Headlines.Column column : headlines.columns()) {
      OptionalDouble mean = mean(row, who -> headlines.figure(who, column).value());
      cells.add(TableView.Cell.number(mean, Values.decimals(mean)));
    }
    cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_layer_mean"), 1));
    OptionalDouble flops = Values.divided(Values.of(row, "flops_total_mean"), Values.GIGA);
    cells.add(TableView.Cell.number(flops, Values.rounded(flops)));
    for (String column : List.of("ms_select_mean", "ms_prefill_mean")) {
      OptionalDouble millis = Values.of(row, column);
      cells.add(TableView.Cell.number(millis, Values.rounded(millis)));
    }
    return new TableView.Line(cells);
  }

  private static TableView.Cell retention(Row row) {
    OptionalDouble low = Values.of(row, "retention_ci_low");
    OptionalDouble high = Values.of(row, "retention_ci_high");
    OptionalDouble spread = Values.of(row, "retention_sd");
    List<String> notes = new ArrayList<>();
    if (low.isPresent() && high.isPresent()) {
      notes.add(Values.fixed(low, 1) + "–" + Values.fixed(high, 1));
    }
    if (spread.isPresent()) {
      notes.add("±" + Values.fixed(spread, 1));
    }
    return TableView.Cell.number(Values.of(row, "retention"), 1).noted(String.join("\n", notes));
  }

  private static OptionalDouble mean(Row row, Function<MethodRun, OptionalDouble> figure) {
    return Seeds.mean(who(row).stream().map(figure));
  }

  /** Returns the published lines of a method at a number of tokens. */
  private List<TableView.Line> published(Row row, String budget, boolean split) {
    String method = row.<String>getList(row.fieldIndex("methods")).get(0);
    OptionalDouble tokens = Values.number(budget);
    if (tokens.isEmpty()) {
      return List.of();
    }
    String name;
    try {
      name = MethodSpec.read(method).name();
    } catch (IllegalArgumentException e) {
      return List.of(); // foreign rows may have any text here
    }
    return published.of(name, (int) tokens.getAsDouble()).stream()
        .map(entry -> line(entry, tokens, split))
        .toList();
  }

  private TableView.Line line(PublishedBudgets.Entry entry, OptionalDouble tokens, boolean split) {
    List<TableView.Cell> cells = new ArrayList<>();
    PublishedBudgets.Source source = published.source(entry);
    cells.add(TableView.Cell.name(entry.name()).noted("published, " + source.mark()));
    cells.add(TableView.Cell.text(""));
    cells.add(TableView.Cell.number(published.retention(entry), 1));
    int unknown = split ? 5 : 3; // above chance, accuracy, loyalty, easy, hard
    for (int i = 0; i < unknown; i++) {
      cells.add(TableView.Cell.number(OptionalDouble.empty(), 1));
    }
    for (Headlines.Column column : headlines.columns()) {
      OptionalDouble value = published.value(entry, column.benchmark(), column.metric());
      cells.add(TableView.Cell.number(value, Values.decimals(value)));
    }
    cells.add(TableView.Cell.number(tokens, 0));
    for (int i = 0; i < 3; i++) { // GFLOPs, selection, prefill
      cells.add(TableView.Cell.number(OptionalDouble.empty(), 1));
    }
    return new TableView.Line(cells.stream().map(cell -> cell.tinted(PUBLISHED)).toList());
  }
}
