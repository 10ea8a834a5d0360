package io.prumerge.benchmark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How many rows of a benchmark's split each unit has, whether they are questions or not: a unit of
 * which some were not asked is not scored. The driver counts in memory, about 100 bytes for each
 * unit.
 */
public final class UnitRows {

  /** Stands after a number that may be too small, since rows are left out whose unit is unknown. */
  private static final String AT_LEAST = "+";

  private final Map<String, Integer> rows = new HashMap<>();
  private boolean lost;

  /** Counts a row in each of its units, lines of {@link BenchmarkQuestion#UNIT}. */
  public void add(String units) {
    units.lines().forEach(unit -> rows.merge(unit, 1, Integer::sum));
  }

  /** Notes that there is a row whose units cannot be read. */
  public void lose() {
    lost = true;
  }

  /** Returns a question with {@link BenchmarkQuestion#UNIT_ROWS}, if it is in a unit. */
  public BenchmarkQuestion counted(BenchmarkQuestion question) {
    String units = question.extra().get(BenchmarkQuestion.UNIT);
    return units == null
        ? question
        : question.with(
            BenchmarkQuestion.UNIT_ROWS,
            units
                .lines()
                .map(unit -> rows.get(unit) + (lost ? AT_LEAST : ""))
                .collect(Collectors.joining("\n")));
  }

  /**
   * Returns the number of rows of a question's unit.
   *
   * @param unit one of {@code units}
   * @param rows {@link BenchmarkQuestion#UNIT_ROWS}; of tables of earlier versions empty
   * @return empty if it is not known
   */
  public static OptionalInt of(String unit, String units, String rows) {
    int line = units.lines().toList().indexOf(unit);
    List<String> counts = rows.lines().toList();
    return line < 0 || line >= counts.size()
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(counts.get(line).replace(AT_LEAST, "")));
  }

  /** Returns whether units may have more rows than are known. */
  public static boolean areAtLeast(String rows) {
    return rows.contains(AT_LEAST);
  }
}
