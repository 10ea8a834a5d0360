package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.console.TextColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scoring rules.
 *
 * @param benchmarks that have them
 * @param usualOf the benchmarks whose usual ones they are
 */
record ListedRules(String name, List<String> benchmarks, List<String> usualOf) {

  static final TextColumns<ListedRules> COLUMNS =
      new TextColumns<ListedRules>()
          .with("name", ListedRules::name)
          .with("benchmarks", rules -> Listing.joined(rules.benchmarks))
          .with("usual of", rules -> Listing.joined(rules.usualOf));

  static List<ListedRules> all() {
    SortedMap<String, ListedRules> all = new TreeMap<>();
    for (String name : Benchmarks.names()) {
      List<String> profiles = Benchmarks.named(name).profiles();
      for (String profile : profiles) {
        ListedRules rules =
            all.computeIfAbsent(
                profile, known -> new ListedRules(known, new ArrayList<>(), new ArrayList<>()));
        rules.benchmarks.add(name);
        if (profile.equals(profiles.get(0))) {
          rules.usualOf.add(name);
        }
      }
    }
    return List.copyOf(all.values());
  }
}
