package io.prumerge.report.page;

import java.util.List;

/**
 * Frames of a video, for the templates.
 *
 * @param caption how many are shown of how many that which protocol chose, or that none can be
 */
record CardVideo(String caption, List<CardFrame> frames) {
  CardVideo {
    frames = List.copyOf(frames);
  }

  boolean isFilled() {
    return !frames.isEmpty();
  }
}
