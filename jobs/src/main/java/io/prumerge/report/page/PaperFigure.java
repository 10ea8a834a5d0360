package io.prumerge.report.page;

import io.prumerge.leaderboard.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A figure of the paper's table.
 *
 * @param value of a method, or the mean over the seeds of one
 * @param low lower end of its 95 % interval
 * @param high upper end
 * @param spread standard deviation over seeds; empty for a single method
 * @param differs whether the corrected test tells it from the baseline's; empty if there is no test
 */
record PaperFigure(
    OptionalDouble value,
    OptionalDouble low,
    OptionalDouble high,
    OptionalDouble spread,
    Optional<Boolean> differs) {

  /** Returns the figure of a line: a method, or several that differ in their seed. */
  static PaperFigure of(List<MethodRun> line, Function<MethodRun, FigureCell> figure) {
    FigureCell first = figure.apply(line.get(0));
    if (line.size() > 1) {
      return new PaperFigure(
          Seeds.mean(line.stream().map(one -> figure.apply(one).value())),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Seeds.spread(line.stream().map(one -> figure.apply(one).value())),
          Optional.empty());
    }
    return new PaperFigure(
        first.value(),
        first.low(),
        first.high(),
        OptionalDouble.empty(),
        first.adjustedP().isPresent() ? Optional.of(first.isSignificant()) : Optional.empty());
  }

  PaperFigure within(OptionalDouble lower, OptionalDouble upper) {
    return new PaperFigure(value, lower, upper, spread, differs);
  }

  /**
   * Returns the figure with its mark, and beside it the interval or the spread.
   *
   * @param mark a further one
   */
  TableCell cell(String mark) {
    int decimals = Values.decimals(value);
    String written = Values.fixed(value, decimals) + (differs.orElse(false) ? "*" : "") + mark;
    String range = Values.range(low, high, decimals);
    String seeds = spread.isPresent() ? "±" + Values.fixed(spread, decimals) : "";
    return TableCell.number(value, written).noted((range + "\n" + seeds).strip());
  }
}
