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
   * @param model whose tiles, or bounds of images, may differ from those of its {@code
   *     config.json}: its image processor's files and users set others
   */
  SequenceLayout of(LlavaConfig model);
}
