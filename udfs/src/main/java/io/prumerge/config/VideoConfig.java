package io.prumerge.config;

import io.prumerge.architecture.PooledFrames;
import io.prumerge.text.VideoText;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model takes videos.
 *
 * @param text of a video in a prompt
 * @param pooled how its frames are pooled behind the connector; empty where each view has the
 *     tokens of a picture without tiles
 */
public record VideoConfig(VideoText text, Optional<PooledFrames> pooled) {

  public VideoConfig {
    Objects.requireNonNull(text, "text is null");
    Objects.requireNonNull(pooled, "pooled is null");
    if (text.tokenId() < 0) {
      throw new CheckpointException("video_token_index " + text.tokenId() + " is below 0");
    }
  }
}
