package io.prumerge.report;

/** How tests compare where they do not look at the bootstrap's intervals. */
final class Few {

  static final Inference REPLICATES = new Inference("none", 100);

  private Few() {}
}
