package io.prumerge.engine;

/**
 * The wall time of one method alone.
 *
 * @param tower its own run of the tower
 * @param reduction without the evidence that all methods share
 * @param select the part of the reduction before the connector: the method's own rule
 */
record BranchMillis(double tower, double reduction, double select) {}
