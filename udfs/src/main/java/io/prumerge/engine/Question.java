package io.prumerge.engine;

import java.util.List;
import java.util.Optional;

/**
 * One question about the request's image.
 *
 * @param prompt the user's text with its suffix, without the image placeholder
 * @param maxNewTokens tokens to generate at most, eos included; 0 = the checkpoint's own setting;
 *     below 0 the question gets an error
 * @param letters of which the one whose token has the highest logit after the prompt is the answer:
 *     no token is generated; none for an answer that is a text
 * @param margin whether the {@link Answer#margin} of a text is wanted
 */
public record Question(String prompt, int maxNewTokens, List<String> letters, boolean margin) {

  public Question {
    letters = List.copyOf(letters);
  }

  /** A question whose answer's margin is not wanted. */
  public Question(String prompt, int maxNewTokens, List<String> letters) {
    this(prompt, maxNewTokens, letters, false);
  }

  /** A question that a text answers. */
  public Question(String prompt, int maxNewTokens) {
    this(prompt, maxNewTokens, List.of());
  }

  /** Returns the error of a question with an invalid number of new tokens; empty if it is valid. */
  public Optional<String> refusal() {
    return maxNewTokens >= 0
        ? Optional.empty()
        : Optional.of(
            ErrorKind.MAX_NEW_TOKENS_INVALID.with(
                "the question asks for at most "
                    + maxNewTokens
                    + " new tokens; give a number, or 0 for the checkpoint's own"));
  }
}
