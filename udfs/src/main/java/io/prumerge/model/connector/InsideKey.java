package io.prumerge.model.connector;

import io.prumerge.reduction.InTower;

/** What they are of an image. */
public record InsideKey(InTower method, int tokens) {}
