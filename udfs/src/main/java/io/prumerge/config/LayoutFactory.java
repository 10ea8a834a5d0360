package io.prumerge.config;

import io.prumerge.architecture.SequenceLayout;

/**
 * Makes the layout of the tokens of a family's images. Configurations are compared by value, so a
 * family gives equal models equal factories: one constant, or records.
 */
@FunctionalInterface
public interface LayoutFactory {

  /**
   * Returns the layout.
   *
   * @param model with the tiles or the bounds of images that it has now, which files of an image
   *     processor and users set after {@code config.json}
   */
  SequenceLayout of(LlavaConfig model);
}
