package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import java.util.List;

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
            .filter(operator -> operator.kind() != OperatorKind.ELEMENTWISE)
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
}
