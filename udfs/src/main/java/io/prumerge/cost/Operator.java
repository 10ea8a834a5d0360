package io.prumerge.cost;

import java.util.Objects;

/**
 * One operator of a pass, as often as it runs.
 *
 * @param name within its stage, such as {@code q_proj}
 * @param kind what it computes with
 * @param times how often it runs: once, or once per layer
 * @param operations of one run
 * @param traffic of one run
 * @param format that the arithmetic asks for
 */
public record Operator(
    String name, Kind kind, long times, long operations, Traffic traffic, Format format) {

  /** What an operator computes with. */
  public enum Kind {
    /** A matrix of weights: what a pass has to read however few tokens there are. */
    WEIGHTS,
    /** Products of activations. */
    PRODUCT,
    /** Norms, activations, sums, softmax: left out of FLOPs as papers count them. */
    ELEMENTWISE
  }

  public Operator {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(kind, "kind is null");
    Objects.requireNonNull(traffic, "traffic is null");
    Objects.requireNonNull(format, "format is null");
  }

  /** The same work at another format's rate. */
  Operator in(Format other) {
    return new Operator(name, kind, times, operations, traffic, other);
  }

  /** Of all runs together, at best. */
  public double seconds(Hardware hardware) {
    return times * hardware.roofline(format).seconds(operations, traffic.total());
  }

  /** Whether its traffic takes longer than its arithmetic. */
  public boolean memoryBound(Hardware hardware) {
    return hardware.roofline(format).memoryBound(operations, traffic.total());
  }
}
