package io.prumerge.text;

import java.util.Arrays;

/**
 * A prompt's token ids, in which the image is still one placeholder.
 *
 * @param ids BOS and system text included
 * @param imageSlot position of the placeholder in ids, -1 in a prompt without an image
 * @param instruction the text's ids as a connector reads them beside the image; none where it reads
 *     no text
 */
public record EncodedPrompt(int[] ids, int imageSlot, int[] instruction) {

  public EncodedPrompt {
    ids = ids.clone();
    instruction = instruction.clone();
    if (imageSlot < -1 || imageSlot >= ids.length) {
      throw new IllegalArgumentException(
          "Image slot " + imageSlot + " is outside a prompt of " + ids.length + " tokens");
    }
  }

  /** A prompt whose text the connector does not read. */
  public EncodedPrompt(int[] ids, int imageSlot) {
    this(ids, imageSlot, new int[0]);
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  @Override
  public int[] instruction() {
    return instruction.clone();
  }

  public boolean hasImage() {
    return imageSlot >= 0;
  }

  /** Prompt tokens that are not visual. */
  public int textTokens() {
    return hasImage() ? ids.length - 1 : ids.length;
  }

  /** Prompt tokens behind the image; none without one. */
  public int behindImage() {
    return hasImage() ? ids.length - imageSlot - 1 : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncodedPrompt
        && ((EncodedPrompt) other).imageSlot == imageSlot
        && Arrays.equals(((EncodedPrompt) other).ids, ids)
        && Arrays.equals(((EncodedPrompt) other).instruction, instruction);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + imageSlot;
  }

  @Override
  public String toString() {
    return "EncodedPrompt[ids="
        + Arrays.toString(ids)
        + ", imageSlot="
        + imageSlot
        + ", instruction="
        + Arrays.toString(instruction)
        + "]";
  }
}
