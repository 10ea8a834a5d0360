package io.prumerge.search;

import io.prumerge.plan.sweep.SearchCost;
import io.prumerge.search.RungFigures.Point;
import io.prumerge.search.RungFigures.PointPair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param objective name of the score
 * @param rungs number of rungs that were asked
 * @param separated whether the search ended before the questions were used up
 * @param standings the front first, by rising cost, then candidates that are open, then those that
 *     were dropped, the last ones first
 */
public record Front(
    String objective, SearchCost cost, int rungs, boolean separated, List<Candidate> standings) {

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing(Candidate::status)
          .thenComparing(Comparator.comparingInt(Candidate::rung).reversed())
          .thenComparingDouble(standing -> standing.point().cost())
          .thenComparing(standing -> standing.point().score().orElse(0))
          .thenComparing(standing -> standing.point().method());

  public Front {
    standings = standings.stream().sorted(ORDER).toList();
  }

  /** Returns the methods with a status. */
  List<String> methods(Candidate.Status status) {
    List<String> methods = new ArrayList<>();
    for (Candidate standing : standings) {
      if (standing.status() == status) {
        methods.add(standing.point().method());
      }
    }
    return methods;
  }

  /**
   * How a search ended for one candidate.
   *
   * @param rung the last one that it was in
   * @param point as measured there
   * @param better the comparison by which it was dropped; absent if it is left
   */
  record Candidate(Status status, int rung, Point point, Optional<PointPair> better) {

    /** The result for a candidate. */
    enum Status {
      /** No other one that is left is as accurate for the same cost or less, as measured. */
      FRONT,
      /** Another one is, but this may be chance. */
      OPEN,
      /** Another one is more accurate and costs no more. */
      DROPPED;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }
}
