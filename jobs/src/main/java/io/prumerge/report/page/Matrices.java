package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.report.page.Boards.BoardNames;
import io.prumerge.report.page.ReportMethods.MethodRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * The agreement of each budget's methods as a matrix: above the diagonal the share of equal
 * answers, below it the overlap of the kept patches, both means over benchmarks. Of several seeds,
 * the first stands for the method.
 */
final class Matrices {

  private static final String SAME = "same_answer";
  private static final String OVERLAP = "kept_overlap";

  private final List<Row> leaderboard;
  private final BoardNames names;
  private final ReportMethods lineup;

  /** By run and the two methods, in either order. */
  private final Map<List<String>, List<Row>> pairs = new HashMap<>();

  /**
   * @param leaderboard rows of the table {@code leaderboard}
   * @param agreement rows of the table {@code agreement}
   */
  Matrices(List<Row> leaderboard, List<Row> agreement, ReportMethods lineup) {
    this.leaderboard = leaderboard;
    this.names = new BoardNames(leaderboard);
    this.lineup = lineup;
    for (Row row : agreement) {
      String run = row.getAs("run_id");
      String a = row.getAs("a");
      String b = row.getAs("b");
      pairs.computeIfAbsent(List.of(run, a, b), absent -> new ArrayList<>()).add(row);
      pairs.computeIfAbsent(List.of(run, b, a), absent -> new ArrayList<>()).add(row);
    }
  }

  /** Returns a matrix for each table of the leaderboard. */
  List<TableView> tables() {
    Map<List<String>, List<Row>> boards = new LinkedHashMap<>();
    for (Row row : leaderboard) {
      boards
          .computeIfAbsent(
              List.of(row.getAs("run_id"), row.getAs("budget")), absent -> new ArrayList<>())
          .add(row);
    }
    return boards.values().stream().map(this::table).toList();
  }

  private TableView table(List<Row> lines) {
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
        NominalBudget.words(lines.get(0).getAs("budget")) + (ran.isEmpty() ? "" : ", " + ran),
        IntStream.range(0, who.size()).boxed().toList());
  }

  private static MethodRun first(Row row) {
    return new MethodRun(
        row.getAs("run_id"),
        row.getAs("model"),
        row.<String>getList(row.fieldIndex("methods")).get(0));
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
            side > 0 ? SAME : OVERLAP);
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
