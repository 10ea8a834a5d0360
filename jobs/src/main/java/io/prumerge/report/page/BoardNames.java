package io.prumerge.report.page;

import io.prumerge.leaderboard.Standing;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of lines in the leaderboard's tables and chart: without the number of tokens, which the
 * table's title has, without the seed, and a script by its file; the whole method where two lines
 * of a table would have the same name.
 */
final class BoardNames {

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
      return ScriptSpecs.shown(MethodSpec.read(method).without("tokens", "seed").toString());
    } catch (IllegalArgumentException e) {
      return method; // foreign rows may have any text here
    }
  }
}
