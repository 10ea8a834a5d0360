package io.prumerge.report.page;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A line of the paper's table: a method of a run, or several that differ in their seed.
 *
 * @param run the run's name; empty if there is only one
 * @param budget as the line's table of the leaderboard is called; {@code all} of all tokens
 * @param heading the budget in words; empty of all tokens
 * @param methods of the line
 * @param method short, without the budget
 * @param tokens visual tokens really left, as a mean over layers and benchmarks
 * @param figures the score on each benchmark
 * @param belowBest whether the leaderboard's test tells its retention from the best of its budget;
 *     empty if there is no test, and for the best
 */
record PaperRow(
    String run,
    String budget,
    String heading,
    List<MethodRun> methods,
    String method,
    OptionalDouble tokens,
    List<PaperFigure> figures,
    PaperFigure retention,
    Optional<Boolean> belowBest) {

  PaperRow {
    methods = List.copyOf(methods);
    figures = List.copyOf(figures);
  }
}
