package io.prumerge.image;

/**
 * The normalised values of one view.
 *
 * @param values as {@link ViewPixels#values}
 */
public record PixelFloats(float[] values) implements ViewPixels {}
