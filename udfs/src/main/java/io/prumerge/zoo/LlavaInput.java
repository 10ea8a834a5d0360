package io.prumerge.zoo;

/**
 * One question about one image, as DJL's predictor takes it.
 *
 * @param image encoded bytes; null for a question without an image
 * @param question the user's text
 */
public record LlavaInput(byte[] image, String question) {}
