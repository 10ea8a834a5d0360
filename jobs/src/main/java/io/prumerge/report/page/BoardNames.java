package io.prumerge.report.page;

import io.prumerge.leaderboard.Standing;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The names of lines in the leaderboard's tables and chart: without the number of tokens, which the
 * table's title has, without the seed, and a script by its file; with the number, or the whole
 * method, where two lines of a table would have the same name.
 */
final class BoardNames {

  private final Map<List<String>, Integer> uses = new HashMap<>();

  /**
   * @param rows of all tables
   */
  BoardNames(List<Standing> rows) {
    rows.forEach(
        row -> names(row).distinct().forEach(name -> uses.merge(key(row, name), 1, Integer::sum)));
  }

  String of(Standing row) {
    return names(row).filter(name -> uses.get(key(row, name)) == 1).findFirst().orElse(row.name());
  }

  /** Returns a line's method, or the first of its seeds. */
  static String first(Standing row) {
    return row.methods().get(0);
  }

  private static List<String> key(Standing row, String name) {
    return List.of(row.runId(), row.budget(), name);
  }

  /** Returns the names that a line may have, the shortest first. */
  private static Stream<String> names(Standing row) {
    String method = first(row);
    String spelt = without(method, "seed");
    return Stream.of(
        ScriptSpecs.shown(without(method, "tokens", "seed")), ScriptSpecs.shown(spelt), spelt);
  }

  private static String without(String method, String... keys) {
    try {
      return MethodSpec.read(method).without(keys).toString();
    } catch (IllegalArgumentException e) {
      return method; // foreign rows may have any text here
    }
  }
}
