package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.tower.EvidenceCache.EvidenceKey;
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
 * @param reduced what the method left of the image; null without one
 */
record Branch(
    int method, List<Question.Asked> questions, String spec, String sized, Reduced reduced) {

  /** Returns a method that had no image to work on. */
  static Branch text(int method, List<Question.Asked> questions, MethodSpec spec) {
    return new Branch(method, questions, spec.toString(), null, null);
  }

  boolean isFor(Question.Asked question) {
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

  /**
   * What a method left of an image.
   *
   * @param work work of the method's own reduction
   * @param before visual tokens before any reduction
   * @param kept patches in the order fed; null when nothing was dropped
   * @param rows for the language model, whose tokens other methods may share
   * @param cuts where some of these leave the language model
   * @param towerLayers layers of the tower that it needs of those that run for all methods together
   * @param evidence that was asked for, by the method or by its token count
   * @param millis wall time of the method alone
   */
  record Reduced(
      ImageWork work,
      int before,
      int[] kept,
      VisualRows rows,
      List<LayerCut> cuts,
      int towerLayers,
      Set<EvidenceKey> evidence,
      Millis millis) {

    /** Returns the tokens that the language model receives. */
    ProjectedTokens tokens() {
      return rows.tokens();
    }

    /** Returns whether two methods left the same tokens at the same positions in all layers. */
    boolean like(Reduced other) {
      return rows.equals(other.rows) && cuts.equals(other.cuts);
    }
  }

  /**
   * Wall time of one method alone.
   *
   * @param tower its own run of the tower
   * @param reduction without the evidence that all methods share
   * @param select the part of the reduction before the connector: the method's own rule
   */
  record Millis(double tower, double reduction, double select) {}
}
