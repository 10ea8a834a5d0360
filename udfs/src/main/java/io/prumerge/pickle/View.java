package io.prumerge.pickle;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A tensor as a view of a storage, within its bounds.
 *
 * @param offset of the first element, in elements
 * @param shape empty for a single number
 * @param strides elements from one index to the next, for each dimension
 */
record View(Storage storage, long offset, List<Long> shape, List<Long> strides) {

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

  /**
   * Elements that tensors are views of.
   *
   * @param type of the elements
   * @param key the name of its file in the archive
   * @param elements their number, as the pickle states it
   */
  record Storage(ElementType type, String key, long elements) {}

  /** Element types of torch's storages, named as in the safetensors format. */
  public enum ElementType {
    F64("DoubleStorage", 8),
    F32("FloatStorage", 4),
    F16("HalfStorage", 2),
    BF16("BFloat16Storage", 2),
    I64("LongStorage", 8),
    I32("IntStorage", 4),
    I16("ShortStorage", 2),
    I8("CharStorage", 1),
    U8("ByteStorage", 1),
    BOOL("BoolStorage", 1);

    private final String storage;
    private final int bytes;

    ElementType(String storage, int bytes) {
      this.storage = storage;
      this.bytes = bytes;
    }

    /** Returns the size of one element. */
    public int bytes() {
      return bytes;
    }

    /**
     * Returns the type of the storages of a class in the module torch; empty if it is not known.
     */
    static Optional<ElementType> ofStorage(String storage) {
      return Arrays.stream(values()).filter(type -> type.storage.equals(storage)).findFirst();
    }
  }
}
