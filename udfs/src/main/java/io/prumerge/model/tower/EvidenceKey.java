package io.prumerge.model.tower;

import io.prumerge.reduction.TowerEvidence;

/**
 * A piece of evidence about one image.
 *
 * @param view which of the image's views it is about, from 0
 * @param question the user's text where the evidence is about it, else empty
 */
public record EvidenceKey(int view, TowerEvidence evidence, String question) {

  /** Returns the evidence with a question, which only matters where the evidence is about it. */
  static EvidenceKey at(int view, TowerEvidence evidence, String question) {
    return new EvidenceKey(view, evidence, evidence.perQuestion() ? question : "");
  }
}
