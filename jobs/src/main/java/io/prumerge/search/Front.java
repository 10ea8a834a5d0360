package io.prumerge.search;

import io.prumerge.settings.sweep.SearchCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
  List<String> methods(CandidateStatus status) {
    List<String> methods = new ArrayList<>();
    for (Candidate standing : standings) {
      if (standing.status() == status) {
        methods.add(standing.point().method());
      }
    }
    return methods;
  }
}
