package io.prumerge.report.page;

import io.prumerge.reduction.MethodSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * The names of lines in the leaderboard's tables and chart: without the number of tokens, which the
 * table's title has, and without the seed; the whole method where two lines of a table would have
 * the same name.
 */
final class BoardNames {

  private final Map<List<String>, Integer> uses = new HashMap<>();

  /**
   * @param rows of the table {@code leaderboard}
   */
  BoardNames(List<Row> rows) {
    rows.forEach(row -> uses.merge(key(row), 1, Integer::sum));
  }

  String of(Row row) {
    return uses.get(key(row)) == 1 ? bare(first(row)) : row.getAs("method");
  }

  /** Returns a line's method, or the first of its seeds. */
  static String first(Row row) {
    return row.<String>getList(row.fieldIndex("methods")).get(0);
  }

  private static List<String> key(Row row) {
    return List.of(row.getAs("run_id"), row.getAs("budget"), bare(first(row)));
  }

  private static String bare(String method) {
    MethodSpec spec;
    try {
      spec = MethodSpec.read(method);
    } catch (IllegalArgumentException e) {
      return method; // foreign rows may have any text here
    }
    SortedMap<String, String> rest = new TreeMap<>(spec.parameters());
    rest.remove("tokens");
    rest.remove("seed");
    return new MethodSpec(spec.name(), rest).toString();
  }
}
