package io.prumerge.model;

/**
 * One image as the tower takes it.
 *
 * @param pixels normalised values, CHW, 3 x S x S
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 */
public record ImageInput(float[] pixels, byte[] sha256) {}
