package io.prumerge.text;

import java.util.Arrays;
import java.util.List;

/**
 * A prompt's token ids, in which each image is still one placeholder, or each of its views where
 * there is text between them.
 *
 * @param ids BOS and system text included
 * @param imageSlots positions of the placeholders in ids, rising
 * @param instruction the text's ids as a connector reads them with the image; none where it reads
 *     no text
 * @param letters ids of the letters of which the next one is the answer; none where it is a text
 */
public record EncodedPrompt(int[] ids, int[] imageSlots, int[] instruction, List<Integer> letters) {

  public EncodedPrompt {
    letters = List.copyOf(letters);
    ids = ids.clone();
    imageSlots = imageSlots.clone();
    instruction = instruction.clone();
    int before = -1;
    for (int slot : imageSlots) {
      if (slot <= before || slot >= ids.length) {
        throw new IllegalArgumentException(
            "Image slots "
                + Arrays.toString(imageSlots)
                + " do not rise or are outside a prompt of "
                + ids.length
                + " tokens");
      }
      before = slot;
    }
  }

  /** A prompt whose text the connector does not read. */
  public EncodedPrompt(int[] ids, int... imageSlots) {
    this(ids, imageSlots, new int[0], List.of());
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public int[] imageSlots() {
    return imageSlots.clone();
  }

  @Override
  public int[] instruction() {
    return instruction.clone();
  }

  public boolean hasImage() {
    return imageSlots.length > 0;
  }

  /** Returns the position of the last placeholder; -1 in a prompt without an image. */
  public int lastSlot() {
    return hasImage() ? imageSlots[imageSlots.length - 1] : -1;
  }

  /** Returns the prompt tokens that are not visual. */
  public int textTokens() {
    return ids.length - imageSlots.length;
  }

  /** Returns the prompt tokens after the last image; none without one. */
  public int behindImage() {
    return hasImage() ? ids.length - lastSlot() - 1 : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedPrompt
        && Arrays.equals(((EncodedPrompt) other).imageSlots, imageSlots)
        && Arrays.equals(((EncodedPrompt) other).ids, ids)
        && Arrays.equals(((EncodedPrompt) other).instruction, instruction)
        && ((EncodedPrompt) other).letters.equals(letters);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(imageSlots);
  }

  @Override
  public String toString() {
    return "EncodedPrompt[ids="
        + Arrays.toString(ids)
        + ", imageSlots="
        + Arrays.toString(imageSlots)
        + ", instruction="
        + Arrays.toString(instruction)
        + ", letters="
        + letters
        + "]";
  }
}
