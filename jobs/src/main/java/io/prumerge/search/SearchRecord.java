package io.prumerge.search;

import io.prumerge.console.Wording;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.plan.sweep.SearchSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that determines a search's result, as {@code search.json} has it.
 *
 * @param cost what candidates should have little of
 * @param sizes questions per benchmark in each rung
 * @param configuration the run of all candidates over all questions
 */
record SearchRecord(String cost, List<Long> sizes, RunConfiguration configuration) {

  SearchRecord {
    sizes = List.copyOf(sizes);
  }

  static SearchRecord of(
      SearchSettings settings, List<Long> sizes, RunConfiguration configuration) {
    return new SearchRecord(settings.cost().toString(), sizes, configuration);
  }

  /** Returns what differs; none if equal. */
  List<Wording> differences(SearchRecord other) {
    List<Wording> differences = new ArrayList<>(configuration.differences(other.configuration));
    add(differences, "cost", cost, other.cost);
    add(differences, "rungs", sizes, other.sizes);
    return differences;
  }

  private static void add(List<Wording> differences, String name, Object was, Object is) {
    if (!was.equals(is)) {
      differences.add(Wording.of("%s was %s, is now %s", name, was, is));
    }
  }
}
