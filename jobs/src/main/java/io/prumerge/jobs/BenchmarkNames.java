package io.prumerge.jobs;

import io.prumerge.benchmark.Benchmarks;
import java.util.Iterator;

/** The names that help texts list. */
final class BenchmarkNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Benchmarks.names().iterator();
  }
}
