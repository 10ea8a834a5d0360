package io.prumerge.engine;

import io.prumerge.reduction.MethodSpec;
import java.util.List;

/**
 * The result of one method for one image and the questions that it is for: all of them, or, where
 * the method looks at their text, those with one text. Without an image, the method alone.
 *
 * @param method index into the request's methods
 * @param questions that it is for, in the request's order
 * @param spec the method's canonical spelling
 * @param sized what a budget made of the method for this image; null without a budget
 * @param reduced what the method left of the image; null without one
 */
record Branch(
    int method, List<EncodedQuestion> questions, String spec, String sized, ReducedBranch reduced) {

  /** Returns a method that had no image to work on. */
  static Branch text(int method, List<EncodedQuestion> questions, MethodSpec spec) {
    return new Branch(method, questions, spec.toString(), null, null);
  }

  boolean isFor(EncodedQuestion question) {
    return questions.contains(question);
  }

  boolean visual() {
    return reduced != null;
  }

  /**
   * Returns the number of layers of the tower that it needs of those that run for all methods
   * together.
   */
  int towerLayers() {
    return visual() ? reduced.towerLayers() : 0;
  }
}
