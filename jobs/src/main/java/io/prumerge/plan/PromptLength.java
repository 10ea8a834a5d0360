package io.prumerge.plan;

import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PromptException;
import java.util.List;

/**
 * Mean length of prompts in a model's tokens, from a sample.
 *
 * @param before tokens before the first image, about the same for all prompts
 * @param behind other tokens of text, rounded mean
 */
record PromptLength(int before, int behind) {

  /**
   * Measures prompts. Leaves out prompts that the encoder refuses; returns 0 and 0 if none remains.
   */
  static PromptLength of(PromptEncoder encoder, List<String> prompts) {
    int before = 0;
    long behind = 0;
    int encoded = 0;
    for (String prompt : prompts) {
      try {
        int places = ConversationTemplate.aroundImages(prompt).size() - 1;
        EncodedPrompt ids = encoder.withImages(prompt, Math.max(1, places));
        before = ids.imageSlots()[0];
        behind += ids.textTokens() - before;
        encoded++;
      } catch (PromptException e) {
        // Its answer will be an error and costs nothing.
      }
    }
    return new PromptLength(before, Math.toIntExact(Math.round(behind / Math.max(1.0, encoded))));
  }
}
