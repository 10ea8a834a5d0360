package io.prumerge.model;

import io.prumerge.reduction.TowerEvidence;

/**
 * A piece of evidence about one image.
 *
 * @param question the user's text where the evidence is about it, else empty
 */
public record Look(TowerEvidence evidence, String question) {

  /** The evidence beside a question, which only matters where the evidence is about it. */
  static Look at(TowerEvidence evidence, String question) {
    return new Look(evidence, evidence.perQuestion() ? question : "");
  }
}
