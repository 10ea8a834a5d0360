package io.prumerge.metric;

import java.util.List;
import java.util.Optional;

/**
 * Two runs of which methods are compared.
 *
 * @param a id of the first method's run
 * @param b id of the other's
 */
public record RunPair(String a, String b) {

  /** Returns the two runs of a contrast; empty if it is within one. */
  static Optional<RunPair> of(Contrast contrast) {
    String a = contrast.a().runId();
    String b = contrast.b().runId();
    return a.equals(b) ? Optional.empty() : Optional.of(new RunPair(a, b));
  }

  /** Returns the runs whose methods some contrasts compare. */
  public static List<RunPair> of(List<Contrast> contrasts) {
    return contrasts.stream().flatMap(one -> of(one).stream()).distinct().toList();
  }
}
