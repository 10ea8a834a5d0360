package io.prumerge.pickle;

import java.util.List;

/**
 * A tensor as a view of a storage, within its bounds.
 *
 * @param offset of the first element, in elements
 * @param shape empty for a single number
 * @param strides elements from one index to the next, for each dimension
 */
record View(TensorStorage storage, long offset, List<Long> shape, List<Long> strides) {

  /**
   * Checks the view, so that whoever follows it stays in the storage, and needs no more memory than
   * the storage has.
   */
  View {
    boolean whole =
        offset >= 0
            && shape.size() == strides.size()
            && shape.stream().allMatch(size -> size >= 0)
            && strides.stream().allMatch(stride -> stride >= 0);
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
    if (!whole || !within(storage.elements(), offset, shape, strides)) {
      throw new PickleException(
          "a tensor of shape "
              + shape
              + ", strides "
              + strides
              + " and offset "
              + offset
              + " does not fit into its storage of "
              + storage.elements()
              + " elements");
    }
  }

  private static boolean within(long elements, long offset, List<Long> shape, List<Long> strides) {
    try {
      long count = 1;
      long last = offset;
      for (int i = 0; i < shape.size(); i++) {
        count = Math.multiplyExact(count, shape.get(i));
        long steps = Math.max(0, shape.get(i) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, strides.get(i)));
      }
      return count == 0 ? offset <= elements : last < elements && count <= elements;
    } catch (ArithmeticException e) {
      return false;
    }
  }
}
