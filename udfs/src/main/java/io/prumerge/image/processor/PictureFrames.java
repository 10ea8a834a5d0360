package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;

/**
 * Prepares each frame as a picture that is seen whole, in one view: for models whose authors give
 * the frames of a video to their image processor. Thread-safe.
 *
 * @param pictures whose views are all of one size
 */
public record PictureFrames(ClipPreprocessor pictures) implements VideoProcessor {

  @Override
  public Resolution size(ViewGrid video) {
    return pictures.size(video.width(), video.height());
  }

  @Override
  public PixelBytes bytes(RgbImage frame, ViewGrid video) {
    return pictures.bytes(frame).get(0);
  }
}
