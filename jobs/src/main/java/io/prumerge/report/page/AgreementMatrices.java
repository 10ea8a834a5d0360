package io.prumerge.report.page;

import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The agreement of each budget's methods as a matrix: above the diagonal the share of equal
 * answers, below it the overlap of the kept patches, both means over benchmarks. Of several seeds,
 * the first stands for the method.
 */
final class AgreementMatrices {

  private final List<Standing> leaderboard;
  private final BoardNames names;
  private final ReportMethods lineup;

  /** By run and the two methods, in either order. */
  private final Map<List<String>, List<Agreement>> pairs = new HashMap<>();

  AgreementMatrices(List<Standing> leaderboard, List<Agreement> agreement, ReportMethods lineup) {
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
    List<MethodRun> who = lines.stream().map(AgreementMatrices::first).toList();
    TableColumns<Integer> columns =
        new TableColumns<Integer>()
            .text("method", i -> TableCell.name((i + 1) + " " + names.of(lines.get(i))));
    for (int j = 0; j < who.size(); j++) {
      int other = j;
      columns.number(
          Integer.toString(j + 1),
          i -> cell(who.get(i), who.get(other), Integer.compare(other, i)));
    }
    String ran = lineup.ran(who.get(0));
    return columns.of(
        NominalBudget.words(lines.get(0)) + (ran.isEmpty() ? "" : ", " + ran),
        IntStream.range(0, who.size()).boxed().toList());
  }

  private static MethodRun first(Standing row) {
    return new MethodRun(row.runId(), row.model(), row.methods().get(0));
  }

  /**
   * @param side above the diagonal 1, on it 0, below it -1
   */
  private TableCell cell(MethodRun one, MethodRun other, int side) {
    if (side == 0) {
      return TableCell.number(OptionalDouble.empty(), "");
    }
    OptionalDouble value =
        Values.mean(
            pairs.getOrDefault(List.of(one.runId(), one.method(), other.method()), List.of()),
            side > 0 ? Agreement::sameAnswer : Agreement::keptOverlap);
    return TableCell.number(value, 0).tinted(shade(value.orElse(0), side > 0));
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
