package io.prumerge.prepare;

import io.prumerge.benchmark.file.Benchmarks;
import java.util.Iterator;

/** The benchmarks in the help text. */
public final class BenchmarkNames implements Iterable<String> {

  @Override
  public Iterator<String> iterator() {
    return Benchmarks.KNOWN.names().iterator();
  }
}
