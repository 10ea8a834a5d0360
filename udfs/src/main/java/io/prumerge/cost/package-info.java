/**
 * Computes a model's operations and bytes from its dimensions, without running it. It may use
 * {@code architecture}, {@code checkpoint} and {@code reduction}.
 */
package io.prumerge.cost;
