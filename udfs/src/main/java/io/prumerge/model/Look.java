package io.prumerge.model;

import io.prumerge.reduction.TowerEvidence;

/** A method's look at evidence about one view of an image. */
public record Look(int view, TowerEvidence evidence) {}
