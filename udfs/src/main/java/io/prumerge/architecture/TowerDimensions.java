package io.prumerge.architecture;

/**
 * The dimensions that a vision tower's weights follow from.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers
 * @param heads of every attention
 * @param featureDepth layers that the features need
 * @param positions the patches, and the class token where there is one, of a tower that has learned
 *     positions
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 */
public record TowerDimensions(
    long width,
    long mlp,
    int layers,
    int heads,
    int featureDepth,
    long positions,
    long patchSize,
    long channels) {}
