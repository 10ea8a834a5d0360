package io.prumerge.explain;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Failure;
import io.prumerge.engine.Explanation;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * A picture or a video that is explained.
 *
 * @param place of the picture's file, or of the folder of the frames
 */
record Shown(Path place, Visual visual) {

  /** Returns the hash of a picture's bytes, or of its frames' hashes, hexadecimal. */
  String sha256() {
    List<String> hashes = visual.files().stream().map(Sha256::hex).toList();
    return visual instanceof Visual.Video
        ? Sha256.hex(
            hashes.stream().collect(Collectors.joining()).getBytes(StandardCharsets.US_ASCII))
        : hashes.get(0);
  }

  /** Returns the frames of a video for drawings; empty for a picture. */
  Optional<VideoStrip> strip(Explanation explanation) {
    if (!(visual instanceof Visual.Video video)) {
      return Optional.empty();
    }
    List<RgbImage> frames = new ArrayList<>();
    for (byte[] frame : video.frames()) {
      try {
        frames.add(ImageDecoder.decode(frame, ImageLimits.DEFAULT));
      } catch (ImageException e) { // which the model has decoded before
        throw new Failure(Text.format("Cannot draw a frame of %s: %s", place, e.getMessage()));
      }
    }
    return Optional.of(VideoStrip.of(explanation, frames, video.times()));
  }
}
