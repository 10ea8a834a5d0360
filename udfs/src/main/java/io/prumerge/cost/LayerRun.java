package io.prumerge.cost;

/**
 * Consecutive layers with the same number of tokens.
 *
 * @param layers number of layers
 * @param tokens in each layer
 */
public record LayerRun(int layers, int tokens) {}
