package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import java.util.List;
import java.util.Objects;

/**
 * The operators of one stage, run in sequence.
 *
 * @param operators in the order in which they run
 */
record Pass(List<Operator> operators) {

  static final Pass NOTHING = new Pass(List.of());

  Pass {
    operators = List.copyOf(operators);
  }

  /** Returns the operations of every operator, elementwise ones included. */
  long operations() {
    return sum(
        operators.stream()
            .mapToLong(operator -> product(operator.times(), operator.operations()))
            .toArray());
  }

  /** Returns the operations of matrix products alone, which is what papers call FLOPs. */
  long products() {
    return sum(
        operators.stream()
            .filter(operator -> operator.kind() != Operator.Kind.ELEMENTWISE)
            .mapToLong(operator -> product(operator.times(), operator.operations()))
            .toArray());
  }

  /** Returns the bytes moved by all operators. */
  Traffic traffic() {
    return operators.stream()
        .map(operator -> operator.traffic().times(operator.times()))
        .reduce(Traffic.NONE, Traffic::plus);
  }

  /** Returns the least time of all operators in sequence. */
  double seconds(Hardware hardware) {
    return operators.stream().mapToDouble(operator -> operator.seconds(hardware)).sum();
  }

  /** Returns the names of the operators whose traffic takes longer than their arithmetic. */
  List<String> memoryBound(Hardware hardware) {
    return operators.stream()
        .filter(operator -> operator.memoryBound(hardware))
        .map(Operator::name)
        .distinct()
        .toList();
  }

  /**
   * One operator of a pass, with its number of runs.
   *
   * @param name within its stage, such as {@code q_proj}
   * @param kind of its operands
   * @param times how often it runs: once, or once per layer
   * @param operations of one run
   * @param traffic of one run
   * @param format of the arithmetic
   */
  record Operator(
      String name, Kind kind, long times, long operations, Traffic traffic, Format format) {

    /** The kind of an operator's operands. */
    enum Kind {
      /** A weight matrix, which a pass reads however few tokens there are. */
      WEIGHTS,
      /** Products of activations. */
      PRODUCT,
      /** Norms, activations, sums, softmax; papers do not count these as FLOPs. */
      ELEMENTWISE
    }

    Operator {
      Objects.requireNonNull(name, "name is null");
      Objects.requireNonNull(kind, "kind is null");
      Objects.requireNonNull(traffic, "traffic is null");
      Objects.requireNonNull(format, "format is null");
    }

    /** Returns this operator at another format's rate. */
    Operator in(Format other) {
      return new Operator(name, kind, times, operations, traffic, other);
    }

    /** Returns the least time of all runs together. */
    double seconds(Hardware hardware) {
      return times * hardware.roofline(format).seconds(operations, traffic.total());
    }

    /** Returns whether its traffic takes longer than its arithmetic. */
    boolean memoryBound(Hardware hardware) {
      return hardware.roofline(format).memoryBound(operations, traffic.total());
    }
  }
}
