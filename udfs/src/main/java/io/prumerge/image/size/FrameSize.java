package io.prumerge.image.size;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.Optional;

/** The size that the frames of videos get which keep about their own. */
public interface FrameSize {

  /** Returns what each side is a multiple of: patches that become one token. */
  int multiple();

  /** Returns why the model does not take a video, in a sentence; empty if it does. */
  Optional<String> refusal(ViewGrid video);

  /**
   * Returns the size of each frame.
   *
   * @param video that is not refused
   */
  Resolution of(ViewGrid video);

  /** Returns the multiples along the sides of a frame: a token is made of each, in every view. */
  default PatchGrid grid(ViewGrid video) {
    Resolution size = of(video);
    return new PatchGrid(size.height() / multiple(), size.width() / multiple());
  }

  /**
   * Returns the sentence that refuses a video for what is wrong with each of its frames.
   *
   * @param fault the end of it, from the verb on
   */
  static String ofFrame(ViewGrid video, String fault) {
    return Text.format("A frame of %d x %d pixels %s", video.width(), video.height(), fault);
  }

  /**
   * Returns the size within a user's bounds, as transformers gives them to a model's image and
   * video processor alike.
   *
   * @param bounds without a square
   * @throws IllegalArgumentException if the fewest pixels are more than the most
   */
  FrameSize within(ImageBounds bounds);

  /**
   * Returns the bounds of each frame, for which {@link #within} puts a user's; none where it
   * changes nothing.
   */
  ImageBounds replaceable();
}
