package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;

/**
 * In place of a video processor whose files cannot be used: the model's pictures do not need it.
 *
 * @param reason why every video is refused
 */
public record RefusedVideos(String reason) implements VideoProcessor {

  @Override
  public void requireTaken(ViewGrid video) throws ImageException {
    throw ImageException.video("The model's videos cannot be prepared: " + reason);
  }

  @Override
  public Resolution size(ViewGrid video) {
    throw none(video);
  }

  @Override
  public PixelBytes bytes(RgbImage frame, ViewGrid video) {
    throw none(video);
  }

  private static IllegalStateException none(ViewGrid video) {
    return new IllegalStateException("No video was taken, but one has the views " + video);
  }
}
