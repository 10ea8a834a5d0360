package io.prumerge.engine;

/**
 * One question about the request's image.
 *
 * @param prompt the user's text with its suffix, without the image placeholder
 * @param maxNewTokens tokens to generate at most, eos included; 0 = the checkpoint's own setting
 */
public record Question(String prompt, int maxNewTokens) {}
