package io.prumerge.config;

/**
 * An MLP.
 *
 * @param width of its middle
 * @param activation of its gate, or of its one product
 */
public record MlpConfig(int width, Activation activation) {}
