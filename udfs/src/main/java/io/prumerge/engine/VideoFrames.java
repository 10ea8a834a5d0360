package io.prumerge.engine;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.VideoConfig;
import io.prumerge.image.FramePair;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewPixels;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.reduction.ReductionException;
import io.prumerge.zoo.LlavaProcessor;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes the views of videos. One frame after the other is decoded, resized and dropped, and its
 * view kept as bytes, so that a video takes the memory of its views and of one frame.
 *
 * @param processor of the model
 * @param family of the model
 */
record VideoFrames(LlavaProcessor processor, ModelFamily family) {

  /**
   * Returns the views of a video.
   *
   * @param limit of what methods see of it
   * @throws ImageException if the model takes no videos, or not this one; if one of its frames is
   *     no usable picture, or has another size than the first one
   * @throws ReductionException if the limit is not one of videos
   */
  PreparedImages of(Visual.Video video, Optional<PictureLimit> limit) throws ImageException {
    VideoProcessor frames =
        processor.videos().orElseThrow(() -> ImageException.noVideos(family.name()));
    VideoConfig config = family.video().orElseThrow();
    int chosen = video.frames().size();
    Optional<PictureLimit.OfFrames> fewer = limit.map(VideoFrames::ofFrames);
    int[] places =
        fewer.map(one -> one.places(chosen)).orElse(IntStream.range(0, chosen).toArray());
    Map<byte[], PixelBytes> known = new IdentityHashMap<>(); // a frame may be there several times
    List<PixelBytes> pixels = new ArrayList<>();
    ViewGrid grid = null;
    for (int place : places) {
      byte[] encoded = video.frames().get(place);
      if (!known.containsKey(encoded)) {
        RgbImage frame = decoded(encoded, place, chosen);
        if (grid == null) {
          grid =
              config
                  .grid(frame.width(), frame.height(), chosen, video.times())
                  .ofFrames(places.length);
          frames.requireTaken(grid);
        }
        requireAlike(frame, place, chosen, grid);
        known.put(encoded, frames.bytes(frame, grid));
      }
      pixels.add(known.get(encoded));
    }
    List<? extends ViewPixels> views = config.framesOfView() == 1 ? pixels : pairs(pixels);
    return PreparedImages.ofViews(views, grid, sha256(video), view -> SmallPixels.NONE);
  }

  // The last frame of an odd number is the pair of itself.
  private static List<ViewPixels> pairs(List<PixelBytes> frames) {
    int last = frames.size() - 1;
    return IntStream.iterate(0, frame -> frame <= last, frame -> frame + 2)
        .mapToObj(frame -> FramePair.of(frames.get(frame), frames.get(Math.min(frame + 1, last))))
        .toList();
  }

  private static PictureLimit.OfFrames ofFrames(PictureLimit limit) {
    if (limit instanceof PictureLimit.OfFrames frames) {
      return frames;
    }
    throw new ReductionException(PictureLimit.OfFrames.OF_VIDEO);
  }

  private static RgbImage decoded(byte[] encoded, int place, int chosen) throws ImageException {
    try {
      return ImageDecoder.decode(encoded, ImageLimits.DEFAULT);
    } catch (ImageException e) {
      throw e.ofFrame(place + 1, chosen);
    }
  }

  private static void requireAlike(RgbImage frame, int place, int chosen, ViewGrid grid)
      throws ImageException {
    if (frame.width() != grid.width() || frame.height() != grid.height()) {
      throw ImageException.frameSize(frame.width(), frame.height(), grid.width(), grid.height())
          .ofFrame(place + 1, chosen);
    }
  }

  /** Returns the hash of the hashes of all chosen frames, in their order, 32 bytes each. */
  static byte[] sha256(Visual.Video video) {
    MessageDigest all = Sha256.digest();
    video.frames().forEach(frame -> all.update(Sha256.of(frame)));
    return all.digest();
  }
}
