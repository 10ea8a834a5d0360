package io.prumerge.prepare;

/** Benchmarks that a run names in place of examples, which are then prepared for it. */
public final class NamedBenchmarks {

  private NamedBenchmarks() {}
}
