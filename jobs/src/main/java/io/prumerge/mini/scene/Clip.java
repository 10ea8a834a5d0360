package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.List;

/**
 * The complete description of one clip; {@link ClipPainter} paints its frames.
 *
 * @param index the clip's number in the stream of (seed, split), from 0
 * @param objects two or four, of different shapes; later ones are painted over earlier ones
 */
public record Clip(
    Split split,
    long seed,
    int index,
    ClipEvent kind,
    Backdrop backdrop,
    List<ClipObject> objects) {

  /** Height and width of a frame, in pixels. */
  public static final int SIDE = 112;

  /** Frames of a clip: three seconds. */
  public static final int FRAMES = 24;

  /** Frames per second. */
  public static final int RATE = 8;

  public Clip {
    objects = List.copyOf(objects);
  }

  /** Returns a name for files, unique among all clips: {@code test-7-000042}. */
  public String id() {
    return Text.format("%s-%d-%06d", split.displayName(), seed, index);
  }
}
