package io.prumerge.pickle;

import java.util.List;

/**
 * One tensor of a file. Its elements are little-endian and lie within the file.
 *
 * @param name its key in the state dictionary
 * @param type of its elements
 * @param shape empty for a single number
 * @param strides elements from one index to the next, for each dimension
 * @param offset of its first element, in bytes from the start of the file
 */
public record SavedTensor(
    String name, ElementType type, List<Long> shape, List<Long> strides, long offset) {

  public SavedTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }
}
