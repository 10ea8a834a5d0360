package io.prumerge.metric;

import java.util.List;

/** How tests compare where they do not look at the bootstrap's intervals. */
public final class Few {

  public static final Inference REPLICATES = new Inference("none", 100, List.of());

  private Few() {}
}
