package io.prumerge.estimate;

/** The kind of an operator's operands. */
enum OperatorKind {
  /** A weight matrix, which a pass reads however few tokens there are. */
  WEIGHTS,
  /** Products of activations. */
  PRODUCT,
  /** Norms, activations, sums, softmax; papers do not count these as FLOPs. */
  ELEMENTWISE
}
