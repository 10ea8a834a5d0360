package io.prumerge.benchmark;

import io.prumerge.service.NamedServices;
import java.util.List;
import java.util.Set;

/**
 * All benchmarks by name: this project's, and those in jars given by {@code --jars}. A benchmark is
 * a class with a public constructor without parameters, named in {@code
 * META-INF/services/io.prumerge.benchmark.Benchmark}.
 */
public final class Benchmarks {

  private static final NamedServices<Benchmark> SERVICES =
      new NamedServices<>(Benchmark.class, "benchmark", benchmark -> List.of(benchmark.name()));

  private Benchmarks() {}

  /**
   * Returns the benchmark of that name.
   *
   * @throws IllegalArgumentException naming the known ones
   * @throws IllegalStateException if a class that a jar lists cannot be loaded
   */
  public static Benchmark named(String name) {
    return SERVICES.named(name);
  }

  /** Returns all names, sorted. */
  public static Set<String> names() {
    return SERVICES.names();
  }
}
