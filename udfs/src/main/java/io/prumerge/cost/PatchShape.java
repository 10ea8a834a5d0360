package io.prumerge.cost;

/**
 * A square of an image.
 *
 * @param size its side in pixels
 * @param channels of the image
 */
public record PatchShape(int size, int channels) {}
