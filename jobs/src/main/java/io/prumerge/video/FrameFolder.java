package io.prumerge.video;

import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A video's folder of frames: either all of them, or sets of them that were chosen before. A list
 * in a row of a table is taken for a folder of all frames.
 */
public final class FrameFolder {

  private static final String PICTURE = "(?i).*\\.(jpe?g|png|bmp)";

  private final ImagePlace.Video video;

  /** The folder's, below the folder of videos; of a list, what messages call it. */
  private final String name;

  private final Optional<AllFrames> all;
  private final List<GivenFrames> sets;

  private FrameFolder(
      ImagePlace.Video video, String name, Optional<AllFrames> all, List<GivenFrames> sets) {
    this.video = video;
    this.name = name;
    this.all = all;
    this.sets = sets;
  }

  /**
   * Returns the folder of a video. Hidden files and those that are no JPEG, PNG or BMP by their
   * names do not count.
   *
   * @param name of the folder, below the folder of videos
   * @param files names of its files, in any order
   * @param json what is in its {@code frames.json}, if there is one
   * @throws VideoException if there is no frame, or they are not whole
   */
  static FrameFolder of(
      ImagePlace.Video video, String name, Collection<String> files, Optional<byte[]> json)
      throws VideoException {
    List<String> frames =
        files.stream()
            .filter(file -> file.matches(PICTURE) && !file.startsWith("."))
            .sorted()
            .toList();
    if (frames.isEmpty()) {
      throw new VideoException(
          ErrorKind.VIDEO_MISSING, "There is no frame (.jpg, .png) in the folder " + name);
    }
    List<String> given = frames.stream().filter(GivenFrames::isOne).toList();
    if (given.isEmpty()) {
      return new FrameFolder(video, name, Optional.of(AllFrames.of(frames, json)), List.of());
    }
    Optional<String> other = frames.stream().filter(file -> !GivenFrames.isOne(file)).findFirst();
    if (other.isPresent()) {
      throw new VideoException(
          ErrorKind.VIDEO_CORRUPT,
          Text.format(
              "'%s' stands beside '%s': a folder has all frames of a video, or chosen ones",
              other.get(), given.get(0)));
    }
    return new FrameFolder(video, name, Optional.empty(), GivenFrames.sets(given));
  }

  /**
   * Returns the frames that a video's row holds: the first one has the index 0.
   *
   * @throws VideoException if there is none
   */
  static FrameFolder of(ImagePlace.Video video) throws VideoException {
    String name = Text.format("list in column '%s'", video.frames().column());
    if (video.frames().count() == 0) {
      throw new VideoException(ErrorKind.VIDEO_MISSING, "There is no frame in the " + name);
    }
    List<String> frames =
        IntStream.range(0, video.frames().count())
            .mapToObj(i -> Text.format("%d of the %s", i, name))
            .toList();
    return new FrameFolder(
        video, name, Optional.of(new AllFrames(frames, OptionalDouble.empty())), List.of());
  }

  /** Returns the place of a frame's bytes. */
  public ImagePlace place(FolderFrame frame) {
    if (video.frames() != null) {
      return video.frames().frame(frame.index());
    }
    return new ImagePlace.InFolder(name + "/" + frame.file());
  }

  /** Returns the number of the video's frames; empty if only chosen ones are known. */
  public OptionalInt sourceFrames() {
    return all.isPresent() ? OptionalInt.of(all.get().files().size()) : OptionalInt.empty();
  }

  /**
   * Returns the frames per second of the video that its row or its folder tells; the row's count
   * more. Of chosen frames none are known.
   */
  public OptionalDouble ownRate() {
    if (all.isEmpty()) {
      return OptionalDouble.empty();
    }
    return video.fps() == null ? all.get().rate() : OptionalDouble.of(video.fps());
  }

  /**
   * Returns the number of frames, or frames per second, of the only set of chosen frames; empty
   * among all frames of a video.
   *
   * @throws DataException if there are several sets, with all
   */
  public Optional<String> onlySet() {
    if (sets.size() > 1) {
      throw new DataException(
          Text.format(
              "The folder %s has several sets of chosen frames, of %s: say which", name, words()));
    }
    return sets.stream().map(GivenFrames::number).findFirst();
  }

  private String words() {
    return sets.stream().map(GivenFrames::words).collect(Collectors.joining(", "));
  }

  /**
   * Returns the frames that a protocol chooses.
   *
   * @param assumed frames per second of the video if neither row nor folder tells them
   * @throws VideoException if it cannot choose them
   */
  public FolderChoice choose(FrameProtocol protocol, OptionalDouble assumed) throws VideoException {
    if (all.isPresent()) {
      return sampled(protocol, all.get().files(), assumed);
    }
    if (!protocol.rule().isGiven()) {
      throw unavailable(
          Text.format(
              "%s chooses from all frames of a video, and the folder %s has sets of chosen ones, of"
                  + " %s, which are taken by the rule %s",
              protocol, name, words(), FrameRule.GIVEN.label()));
    }
    List<GivenFrames> meant = sets.stream().filter(set -> set.isOf(protocol)).toList();
    if (meant.size() != 1) {
      throw unavailable(
          Text.format(
              "%s is %s of the sets of chosen frames in the folder %s: %s",
              protocol, meant.isEmpty() ? "none" : "several", name, words()));
    }
    return meant.get(0).choice();
  }

  private FolderChoice sampled(FrameProtocol protocol, List<String> files, OptionalDouble assumed)
      throws VideoException {
    if (protocol.rule().isGiven()) {
      throw unavailable(
          Text.format(
              "%s takes chosen frames, such as frame-1-of-8.jpg, and the %s has all frames of a"
                  + " video: name a rule that chooses",
              protocol, video.frames() == null ? "folder " + name : name));
    }
    OptionalDouble rate = ownRate().isPresent() ? ownRate() : assumed;
    try {
      VideoClip clip =
          new VideoClip(files.size(), rate, optional(video.start()), optional(video.end()));
      List<FolderFrame> frames =
          IntStream.of(protocol.choose(clip))
              .mapToObj(
                  index ->
                      new FolderFrame(
                          0,
                          index,
                          rate.isPresent() ? (Double) (index / rate.getAsDouble()) : null,
                          files.get(index)))
              .toList();
      return new FolderChoice(
          frames, protocol.chosenRate(frames.size(), clip), ownRate().isEmpty());
    } catch (DataException e) {
      throw unavailable(protocol + ": " + e.getMessage());
    }
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static VideoException unavailable(String message) {
    return new VideoException(ErrorKind.FRAMES_UNAVAILABLE, message);
  }
}
