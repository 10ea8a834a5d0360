package io.prumerge.family;

import java.util.List;
import java.util.Optional;

/** The names of a model's tensors: one canonical name for each, whatever files call it. */
public interface TensorNames {

  /**
   * Returns the canonical name; the spelling itself if it is unknown; empty if the tensor is
   * ignored.
   */
  Optional<String> canonical(String spelling);

  /** Returns the name that transformers 4 writes for a canonical one: for most models the same. */
  default String published(String canonical) {
    return canonical;
  }

  /**
   * Returns the canonical names of the equal parts, along the first dimension, that a tensor of
   * some files is made of; none where it is one.
   */
  default List<String> parts(String canonical) {
    return List.of();
  }
}
