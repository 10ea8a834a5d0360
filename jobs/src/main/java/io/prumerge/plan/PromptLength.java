package io.prumerge.plan;

import io.prumerge.image.ViewGrid;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PromptException;
import java.util.Collections;
import java.util.List;

/**
 * Mean length of prompts in a model's tokens, from a sample.
 *
 * @param before tokens before the first image, about the same for all prompts
 * @param after other tokens of text, rounded mean; those between an image's tiles are among them
 */
record PromptLength(int before, int after) {

  /**
   * Measures prompts. Leaves out prompts that the encoder refuses; returns 0 and 0 if none remains.
   *
   * @param image each of their images, with its tiles
   */
  static PromptLength of(PromptEncoder encoder, List<String> prompts, ViewGrid image) {
    int before = 0;
    long after = 0;
    int encoded = 0;
    for (String prompt : prompts) {
      try {
        int places = ConversationTemplate.aroundImages(prompt).size() - 1;
        EncodedPrompt ids =
            encoder.withImages(prompt, Collections.nCopies(Math.max(1, places), image));
        before = ids.imageSlots()[0];
        after += ids.textTokens() - before;
        encoded++;
      } catch (PromptException e) {
        // Its answer will be an error and costs nothing.
      }
    }
    return new PromptLength(before, Math.toIntExact(Math.round(after / Math.max(1.0, encoded))));
  }
}
