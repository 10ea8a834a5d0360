package io.prumerge.reduction;

import java.util.List;

/**
 * The form of a piece of {@link TowerEvidence}.
 *
 * @param shape of its values, row-major
 */
public record EvidenceForm(EvidenceValues values, List<Integer> shape) {

  public EvidenceForm {
    shape = List.copyOf(shape);
  }

  /**
   * Returns the number of values.
   *
   * @throws ArithmeticException if no array holds as many
   */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }
}
