package io.prumerge.benchmark;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All benchmarks by name. */
public final class Benchmarks {

  private static final Map<String, Benchmark> KNOWN = new TreeMap<>();

  static {
    register(new CustomBenchmark());
    register(new GqaBenchmark());
    register(new MmBenchBenchmark(MmBenchLanguage.EN));
    register(new MmBenchBenchmark(MmBenchLanguage.CN));
    register(new MmeBenchmark());
    register(new LlavaBenchBenchmark());
    register(new MmVetBenchmark());
    register(new PopeBenchmark());
    register(new ScienceQaBenchmark());
    register(new SeedBenchmark());
    register(new TextVqaBenchmark());
    register(new VizWizBenchmark());
    register(new VqaV2Benchmark());
  }

  private Benchmarks() {}

  private static void register(Benchmark benchmark) {
    KNOWN.put(benchmark.name(), benchmark);
  }

  /**
   * The benchmark of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static Benchmark named(String name) {
    Benchmark benchmark = KNOWN.get(name);
    if (benchmark == null) {
      throw new IllegalArgumentException(
          "Unknown benchmark '%s'; known: %s".formatted(name, String.join(", ", KNOWN.keySet())));
    }
    return benchmark;
  }

  /** All names, sorted. */
  public static Set<String> names() {
    return KNOWN.keySet();
  }
}
