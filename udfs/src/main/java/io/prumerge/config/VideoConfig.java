package io.prumerge.config;

import io.prumerge.architecture.VideoLayout;
import java.util.Objects;

/**
 * How a model takes videos.
 *
 * @param tokenId id of the token that stands for a video in a prompt
 * @param text of a video in a prompt; it has that token once
 * @param layout of a video's tokens in the sequence
 */
public record VideoConfig(int tokenId, String text, VideoLayout layout) {

  public VideoConfig {
    Objects.requireNonNull(text, "text is null");
    Objects.requireNonNull(layout, "layout is null");
    if (tokenId < 0) {
      throw new CheckpointException("video_token_index " + tokenId + " is below 0");
    }
  }
}
