package io.prumerge.plan;

import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PromptException;
import java.util.List;

/**
 * How long prompts are in a model's tokens, from some of them.
 *
 * @param before tokens up to the image, the same for all
 * @param behind tokens behind it, rounded mean
 */
record PromptLength(int before, int behind) {

  /** Prompts that would be refused are left out; 0 and 0 where none is left. */
  static PromptLength of(PromptEncoder encoder, List<String> prompts) {
    int before = 0;
    long behind = 0;
    int encoded = 0;
    for (String prompt : prompts) {
      try {
        EncodedPrompt ids = encoder.withImage(prompt);
        before = ids.imageSlot();
        behind += ids.textTokens() - ids.imageSlot();
        encoded++;
      } catch (PromptException e) {
        // Becomes a row with an error, and costs nothing.
      }
    }
    return new PromptLength(before, Math.toIntExact(Math.round(behind / Math.max(1.0, encoded))));
  }
}
