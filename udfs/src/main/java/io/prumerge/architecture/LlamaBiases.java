package io.prumerge.architecture;

/**
 * The layers that have biases.
 *
 * @param attention whether q, k and v have
 * @param output whether o has
 * @param mlp whether the MLP's have
 */
public record LlamaBiases(boolean attention, boolean output, boolean mlp) {}
