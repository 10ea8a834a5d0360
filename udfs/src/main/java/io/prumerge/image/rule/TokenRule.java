package io.prumerge.image.rule;

/** How many visual tokens a model makes of a picture; by value. */
@FunctionalInterface
public interface TokenRule {

  /**
   * Returns the tokens of a picture.
   *
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   * @throws IllegalArgumentException with a predicate, if the model refuses such a picture
   */
  PictureTokens of(int width, int height);
}
