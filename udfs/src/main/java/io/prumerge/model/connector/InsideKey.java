package io.prumerge.model.connector;

import io.prumerge.reduction.InTower;

/** What the tokens that a method left inside the tower are kept by. */
public record InsideKey(InTower method, int tokens) {}
