package io.prumerge.text;

import java.util.Objects;

/**
 * A video in a prompt.
 *
 * @param text with the video's token once
 * @param tokenId that token's id
 */
public record VideoText(String text, int tokenId) {

  public VideoText {
    Objects.requireNonNull(text, "text is null");
  }
}
