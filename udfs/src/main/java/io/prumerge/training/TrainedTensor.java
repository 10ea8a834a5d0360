package io.prumerge.training;

import java.util.List;

/**
 * A trained tensor.
 *
 * @param name canonical
 * @param start of its elements in the vector, row-major
 */
record TrainedTensor(String name, List<Long> shape, int start) {

  TrainedTensor {
    shape = List.copyOf(shape);
  }

  /**
   * Returns whether it is an adapter's lora_A, from which a training begins; lora_B begins with 0.
   */
  boolean isDown() {
    return name.endsWith(".lora_A.weight");
  }

  int end() {
    return start + count();
  }

  int count() {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }
}
