package io.prumerge.image;

import io.prumerge.image.codec.RgbImage;
import java.awt.Rectangle;
import java.util.stream.IntStream;

/**
 * The most that a model sees of each picture or video, where that is less than its own bounds or
 * the run's allow.
 */
public sealed interface PictureLimit {

  /** A limit for pictures that keep about their own size. */
  sealed interface OfTokens extends PictureLimit {

    /**
     * Returns the most tokens.
     *
     * @param own those that the picture has without the limit
     */
    int most(int own);
  }

  /** So many visual tokens. */
  record Tokens(int most) implements OfTokens {
    @Override
    public int most(int own) {
      return most;
    }
  }

  /** A share of the visual tokens that the picture has without the limit. */
  record Share(TokenShare share) implements OfTokens {
    @Override
    public int most(int own) {
      return share.of(own);
    }
  }

  /** So many tiles, the view of the whole picture apart. */
  record Tiles(int most) implements PictureLimit {}

  /** A smaller copy of the picture, whatever model or server sees it then. */
  sealed interface OfPixels extends PictureLimit {

    /**
     * Returns the size of the copy, of about the same aspect; the picture's own if it is within.
     */
    Resolution of(int width, int height);

    /** Returns the copy of a picture, as Pillow's bicubic filter makes it. */
    default RgbImage shrunk(RgbImage picture) {
      Resolution size = of(picture.width(), picture.height());
      return size.width() == picture.width() && size.height() == picture.height()
          ? picture
          : Resample.BICUBIC.resized(
              picture,
              size.width(),
              size.height(),
              new Rectangle(0, 0, size.width(), size.height()));
    }
  }

  /** So many pixels. */
  record Pixels(long most) implements OfPixels {
    @Override
    public Resolution of(int width, int height) {
      double scale = Math.min(1, Math.sqrt((double) most / ((double) width * height)));
      return new Resolution(
          Math.max(1, (int) Math.floor(height * scale)),
          Math.max(1, (int) Math.floor(width * scale)));
    }
  }

  /** A longer side of so many pixels. */
  record LongestEdge(int most) implements OfPixels {
    @Override
    public Resolution of(int width, int height) {
      double scale = Math.min(1, (double) most / Math.max(width, height));
      return new Resolution(
          Math.max(1, (int) Math.rint(height * scale)),
          Math.max(1, (int) Math.rint(width * scale)));
    }
  }

  /** A limit for videos, whose frames are seen as they are. */
  sealed interface OfFrames extends PictureLimit {

    /** Why there is none of a picture. */
    String OF_PICTURE =
        "Cannot take fewer frames of a picture: it has one; frames=N is a method for videos";

    /** Why a video has no other limit. */
    String OF_VIDEO = "Cannot make the frames of a video smaller; take fewer of them: frames=N";

    /**
     * Returns the number of frames that are seen, from 1 to {@code chosen}.
     *
     * @param chosen frames that the video has without the limit, at least 1
     */
    int count(int chosen);

    /** Returns {@link #places(int, int)} of the frames that are seen. */
    default int[] places(int chosen) {
      return places(count(chosen), chosen);
    }

    /**
     * Returns the places of the frames that are seen among all chosen ones, rising and distinct: of
     * n, the i-th is floor((2 i + 1) {@code chosen} / (2 n)), the middle of the i-th of n equal
     * parts, as InternVL's rule takes frames of a clip (transformers 4.57.1, {@code
     * video_processing_internvl.py}). They are equally spaced by their places; one alone is the
     * middle one, and of an even number the later of the two.
     *
     * @param count n
     * @param chosen as {@link #count}
     */
    static int[] places(int count, int chosen) {
      return IntStream.range(0, count)
          .map(frame -> (int) ((2L * frame + 1) * chosen / (2L * count)))
          .toArray();
    }
  }

  /** So many frames; all of a video that has no more. */
  record Frames(int most) implements OfFrames {
    @Override
    public int count(int chosen) {
      return Math.min(most, chosen);
    }
  }

  /** A share of the frames. */
  record ShareOfFrames(TokenShare share) implements OfFrames {
    @Override
    public int count(int chosen) {
      return share.of(chosen);
    }
  }
}
