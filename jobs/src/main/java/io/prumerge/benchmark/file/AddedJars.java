package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.rule.AddedRule;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.CodeOrigin;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The jars with the code of benchmarks and rules that are not this program's, by {@code benchmark
 * NAME} and {@code rule NAME}.
 */
public final class AddedJars {

  private AddedJars() {}

  /** Returns what {@link CodeOrigin#sha256} has of a benchmark; nothing of most. */
  public static SortedMap<String, String> of(Benchmark benchmark) {
    SortedMap<String, String> jars = new TreeMap<>();
    if (benchmark instanceof FileBenchmark file) {
      for (AddedRule rule : file.addedRules()) {
        jars.put("rule " + rule.name(), CodeOrigin.sha256(rule.type()));
      }
    } else if (CodeOrigin.isAdded(benchmark.getClass())) {
      jars.put("benchmark " + benchmark.name(), CodeOrigin.sha256(benchmark.getClass()));
    }
    return jars;
  }

  /** Returns the jars that several benchmarks need, as {@link #of(Benchmark)} has them. */
  public static SortedMap<String, String> of(Benchmarks benchmarks, Collection<String> names) {
    SortedMap<String, String> jars = new TreeMap<>();
    names.forEach(name -> jars.putAll(of(benchmarks.named(name))));
    return jars;
  }

  /**
   * Returns a text that names the code by which a benchmark's files become examples: a rule also
   * says which rows it can score.
   */
  public static String reading(Benchmark benchmark) {
    SortedMap<String, String> jars = of(benchmark);
    return CodeDigest.ofReading() + (jars.isEmpty() ? "" : jars);
  }
}
