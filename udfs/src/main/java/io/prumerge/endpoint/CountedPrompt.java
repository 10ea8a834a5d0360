package io.prumerge.endpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a service says of the tokens of a prompt that it was asked to answer with one token.
 *
 * @param prompt all tokens; empty if it states none, in a stream neither
 * @param visual those of its pictures, where it states them apart
 * @param refusal why it refuses this request, if it does
 */
public record CountedPrompt(OptionalInt prompt, OptionalInt visual, Optional<String> refusal) {

  /**
   * Returns the tokens of the pictures: as they are stated, else those that the prompt has more
   * than its words alone.
   *
   * @param words the prompt of the same words without a picture
   */
  public OptionalInt visual(CountedPrompt words) {
    if (visual.isPresent() || prompt.isEmpty() || words.prompt.isEmpty()) {
      return visual;
    }
    return OptionalInt.of(prompt.getAsInt() - words.prompt.getAsInt());
  }
}
