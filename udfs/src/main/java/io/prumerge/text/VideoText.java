package io.prumerge.text;

import java.util.Optional;

/**
 * A video in a prompt.
 *
 * @param text its placeholder in a prompt, with the video's token once; any text that stands for it
 *     where there is one around each view
 * @param tokenId that token's id; that of each view's where there is text around each
 * @param views the text around each view; empty where all views stand in the token's place
 */
public record VideoText(String text, int tokenId, Optional<ViewTexts> views) {

  /** A video all of whose views stand in one place. */
  public VideoText(String text, int tokenId) {
    this(text, tokenId, Optional.empty());
  }
}
