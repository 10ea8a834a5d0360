package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.TextColumns;
import java.util.ArrayList;
import java.util.Comparator;
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

  /**
   * Returns the profiles of all benchmarks.
   *
   * @param more those that files define
   */
  static List<ListedRules> all(List<Benchmark> more) {
    SortedMap<String, ListedRules> all = new TreeMap<>();
    List<Benchmark> benchmarks = new ArrayList<>(more);
    Benchmarks.KNOWN.names().forEach(name -> benchmarks.add(Benchmarks.KNOWN.named(name)));
    benchmarks.sort(Comparator.comparing(Benchmark::name));
    for (Benchmark benchmark : benchmarks) {
      String name = benchmark.name();
      List<String> profiles = benchmark.profiles();
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
