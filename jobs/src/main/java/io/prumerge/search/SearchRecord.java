package io.prumerge.search;

import io.prumerge.plan.RunConfiguration;
import io.prumerge.plan.sweep.SearchSettings;
import java.util.List;
import java.util.Locale;

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

  /** Returns a text with what differs; empty if equal. */
  String differences(SearchRecord other) {
    StringBuilder text = new StringBuilder(configuration.differences(other.configuration));
    add(text, "cost", cost, other.cost);
    add(text, "rungs", sizes, other.sizes);
    return text.toString();
  }

  private static void add(StringBuilder text, String name, Object was, Object is) {
    if (!was.equals(is)) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(String.format(Locale.ROOT, "%s was %s, is now %s", name, was, is));
    }
  }
}
