package io.prumerge.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Location of one tensor. Its elements are little-endian, row-major and without gaps.
 *
 * @param name the canonical name, or the name in the file
 * @param type of its elements
 * @param shape empty for a single number
 * @param file that contains the tensor
 * @param offset of its first byte from the start of the file
 * @param bytes size of the tensor
 */
public record TensorEntry(
    String name, TensorType type, List<Long> shape, Path file, long offset, long bytes) {

  public TensorEntry {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(type, "type is null");
    Objects.requireNonNull(file, "file is null");
    shape = List.copyOf(shape);
  }

  /** The same bytes under another name. */
  public TensorEntry renamed(String other) {
    return new TensorEntry(other, type, shape, file, offset, bytes);
  }

  public long elements() {
    return bytes / type.bytes();
  }
}
