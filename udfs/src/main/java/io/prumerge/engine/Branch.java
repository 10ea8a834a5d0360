package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.model.EncodedViews;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Set;

/**
 * The result of one method for one image; without an image, the method alone.
 *
 * @param method index into the request's methods
 * @param spec the method's canonical spelling
 * @param work work of the method's own reduction; null without an image
 * @param before visual tokens before any reduction
 * @param kept patches in the order fed; null when nothing was dropped
 * @param tokens rows for the language model, which other methods may share; null without an image
 * @param cuts where some of these leave the language model; none without an image
 * @param looked the evidence that was asked for, by the method or by its token count
 * @param millis wall time, without the evidence that all methods share
 */
record Branch(
    int method,
    String spec,
    ImageWork work,
    int before,
    int[] kept,
    SharedTokens tokens,
    List<LayerCut> cuts,
    Set<EncodedViews.Look> looked,
    double millis) {

  /** A method that had no image to work on. */
  static Branch text(int method, MethodSpec spec) {
    return new Branch(method, spec.toString(), null, 0, null, null, List.of(), Set.of(), 0);
  }

  boolean visual() {
    return tokens != null;
  }
}
