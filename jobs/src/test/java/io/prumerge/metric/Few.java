package io.prumerge.metric;

/** Few replicates, for tests that do not check the bootstrap's intervals. */
public final class Few {

  public static final Inference REPLICATES = Inference.against("none", 100);

  private Few() {}
}
