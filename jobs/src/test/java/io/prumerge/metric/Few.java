package io.prumerge.metric;

import io.prumerge.benchmark.file.Benchmarks;
import java.util.List;

/** Few replicates, for tests that do not check the bootstrap's intervals. */
public final class Few {

  public static final Inference REPLICATES =
      new Inference("none", 100, List.of(), Benchmarks.KNOWN);

  private Few() {}
}
