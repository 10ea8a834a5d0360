package io.prumerge.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Location of one tensor. Its elements are little-endian.
 *
 * @param name the canonical name, or the name in the file
 * @param type of its elements
 * @param shape empty for a single number
 * @param strides elements from one index to the next, for each dimension; row-major and without
 *     gaps in most files
 * @param file that contains the tensor
 * @param offset of its first element from the start of the file, in bytes
 * @param bytes size of the elements, gaps between them not counted
 */
public record TensorEntry(
    String name,
    TensorType type,
    List<Long> shape,
    List<Long> strides,
    Path file,
    long offset,
    long bytes) {

  public TensorEntry {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** A tensor whose elements are row-major and without gaps. */
  public TensorEntry(
      String name, TensorType type, List<Long> shape, Path file, long offset, long bytes) {
    this(name, type, shape, rowMajor(shape), file, offset, bytes);
  }

  /** Returns this entry under another name. */
  public TensorEntry renamed(String other) {
    return new TensorEntry(other, type, shape, strides, file, offset, bytes);
  }

  /** Returns one of several equal parts of the rows, one below the other. */
  TensorEntry part(int index, int parts) {
    long rows = shape.get(0) / parts;
    List<Long> own = new ArrayList<>(shape);
    own.set(0, rows);
    long from = offset + index * rows * strides.get(0) * type.bytes();
    return new TensorEntry(name, type, own, strides, file, from, bytes / parts);
  }

  public long elements() {
    return bytes / type.bytes();
  }

  /**
   * Returns whether the elements are row-major and without gaps, so that they are {@code bytes}
   * bytes.
   */
  public boolean contiguous() {
    List<Long> plain = rowMajor(shape);
    for (int i = 0; i < shape.size(); i++) {
      // Of one index, or of none, no stride is ever taken.
      if (shape.get(i) > 1 && !strides.get(i).equals(plain.get(i))) {
        return elements() == 0;
      }
    }
    return true;
  }

  private static List<Long> rowMajor(List<Long> shape) {
    List<Long> strides = new ArrayList<>();
    long stride = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      strides.add(stride);
      stride *= shape.get(i);
    }
    Collections.reverse(strides);
    return strides;
  }
}
