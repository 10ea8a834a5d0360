package io.prumerge.engine;

import io.prumerge.text.EncodedPrompt;

/**
 * One question about the request's image.
 *
 * @param prompt the user's text with its suffix, without the image placeholder
 * @param maxNewTokens tokens to generate at most, eos included; 0 = the checkpoint's own setting
 */
public record Question(String prompt, int maxNewTokens) {

  /** A question whose prompt could be encoded, with its place in the request. */
  record Asked(int index, Question question, EncodedPrompt prompt) {}
}
