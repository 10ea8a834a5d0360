package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.model.tower.EvidenceBook.Look;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Set;

/**
 * The result of one method for one image and the questions that it is for: all of them, or, where
 * the method looks at their text, those with one text. Without an image, the method alone.
 *
 * @param method index into the request's methods
 * @param questions that it is for, in the request's order
 * @param spec the method's canonical spelling
 * @param sized what a budget made of the method for this image; null without a budget
 * @param work work of the method's own reduction; null without an image
 * @param before visual tokens before any reduction
 * @param kept patches in the order fed; null when nothing was dropped
 * @param tokens rows for the language model, which other methods may share; null without an image
 * @param cuts where some of these leave the language model; none without an image
 * @param towerLayers layers of the tower that it needs of those that run for all methods together
 * @param looked the evidence that was asked for, by the method or by its token count
 * @param towerMillis wall time of its own run of the tower
 * @param millis wall time of the reduction, without the evidence that all methods share
 * @param selectMillis the part of it before the connector: the method's own rule
 */
record Branch(
    int method,
    List<Question.Asked> questions,
    String spec,
    String sized,
    ImageWork work,
    int before,
    int[] kept,
    SharedTokens tokens,
    List<LayerCut> cuts,
    int towerLayers,
    Set<Look> looked,
    double towerMillis,
    double millis,
    double selectMillis) {

  /** A method that had no image to work on. */
  static Branch text(int method, List<Question.Asked> questions, MethodSpec spec) {
    return new Branch(
        method,
        questions,
        spec.toString(),
        null,
        null,
        0,
        null,
        null,
        List.of(),
        0,
        Set.of(),
        0,
        0,
        0);
  }

  boolean isFor(Question.Asked question) {
    return questions.contains(question);
  }

  boolean visual() {
    return tokens != null;
  }
}
