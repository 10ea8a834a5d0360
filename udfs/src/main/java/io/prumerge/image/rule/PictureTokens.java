package io.prumerge.image.rule;

/**
 * What a picture adds to a prompt.
 *
 * @param visual tokens that the decoder reads of its pixels
 * @param special tokens around them, each an id of its own: some servers count them with the
 *     picture, others with the text
 */
public record PictureTokens(int visual, int special) {

  /** Returns whether a server that counts this many has seen the picture so. */
  public boolean fit(int counted) {
    return counted == visual || counted == visual + special;
  }
}
