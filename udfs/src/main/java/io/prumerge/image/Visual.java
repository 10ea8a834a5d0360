package io.prumerge.image;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a prompt shows in one place: a picture, or a video. */
public sealed interface Visual {

  /**
   * A picture.
   *
   * @param encoded its file's bytes; empty for one that is missing
   */
  record Picture(byte[] encoded) implements Visual {
    public Picture {
      Objects.requireNonNull(encoded, "encoded is null");
    }

    @Override
    public List<byte[]> files() {
      return List.of(encoded);
    }
  }

  /**
   * The chosen frames of a video.
   *
   * @param frames the encoded pictures, in the order of time; at least one, and one may be there
   *     several times
   * @param times of the frames
   */
  record Video(List<byte[]> frames, FrameTimes times) implements Visual {
    public Video {
      frames = List.copyOf(frames);
      if (frames.isEmpty()) {
        throw new IllegalArgumentException("No video has no frame");
      }
      times.requireFor(frames.size());
    }

    @Override
    public List<byte[]> files() {
      return frames;
    }
  }

  /** Returns the bytes of each encoded picture: one, or a video's frames. */
  List<byte[]> files();

  /** Returns the number of bytes of all encoded pictures. */
  default long bytes() {
    return files().stream().mapToLong(file -> file.length).sum();
  }

  /** Returns whether another one has the same bytes, and a video's frames the same times. */
  default boolean shows(Visual other) {
    boolean alike =
        this instanceof Video video
            ? other instanceof Video second && video.times().equals(second.times())
            : other instanceof Picture;
    return alike && Arrays.deepEquals(files().toArray(), other.files().toArray());
  }

  /** Returns pictures, each by its encoded bytes, in their order. */
  static List<Visual> pictures(List<byte[]> encoded) {
    return encoded.stream().<Visual>map(Picture::new).toList();
  }
}
