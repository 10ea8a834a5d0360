package io.prumerge.benchmark.file;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.video.FrameFolder;
import io.prumerge.video.FrameRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Guesses the columns of videos from a table's columns and first rows, and from what is on disk.
 */
final class VideoGuess {

  private static final Pattern FILE =
      Pattern.compile(
          ".+\\.(mp4|m4v|mov|mkv|webm|avi|wmv|flv|mpe?g|3gp|ogv|ts)", Pattern.CASE_INSENSITIVE);

  private static final String SECONDS = "\\d+(\\.\\d+)?";

  private final ColumnSample sample;
  private final FoundVideos found;

  /**
   * @param found finds the frames of videos
   */
  VideoGuess(ColumnSample sample, FoundVideos found) {
    this.sample = sample;
    this.found = found;
  }

  /** Returns whether a text is the name of a video file. */
  static boolean isFile(String text) {
    return FILE.matcher(text).matches();
  }

  /**
   * Returns the column of videos; empty without one. Of those that are called so, the first counts
   * for whose names there are frames, then the first with frames, with names of video files, or
   * with any names. Without such, it is the one that has names of video files, or of frames.
   */
  String column() {
    String called =
        Stream.<Supplier<String>>of(
                () -> called("video", column -> sample.looks(column, found::areMost)),
                () -> called("video", sample::holdsFrames),
                () -> called("frames", sample::holdsFrames),
                () -> called("video", column -> sample.looks(column, VideoGuess::areFiles)),
                () -> called("video", column -> sample.looks(column, VideoGuess::mayBeNames)))
            .map(Supplier::get)
            .filter(column -> !column.isEmpty())
            .findFirst()
            .orElse("");
    List<String> named = called.isEmpty() ? sample.having(this::areNames) : List.of();
    return named.size() == 1 ? named.get(0) : called;
  }

  /** Returns the first column that is called so and is such; empty if none is. */
  private String called(String part, Predicate<String> such) {
    return Headings.first(part, sample.columns(), such);
  }

  /** Returns whether a column has names of video files, or of frames that are there. */
  boolean areNamed(String column) {
    return sample.looks(column, this::areNames);
  }

  private boolean areNames(List<String> texts) {
    return areFiles(texts) || found.areMost(texts);
  }

  private static boolean areFiles(List<String> texts) {
    return BenchmarkGuess.most(texts, VideoGuess::isFile);
  }

  /** Addresses on the web are none. */
  private static boolean mayBeNames(List<String> texts) {
    return texts.stream().noneMatch(text -> text.contains("://"));
  }

  private List<String> texts(String column) {
    return sample.of(column).stream().flatMap(List::stream).toList();
  }

  /** Returns the lines of a benchmark's file that name the columns. */
  List<String> lines(String video) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  video: "
            + BenchmarkGuess.quoted(video)
            + (sample.holdsFrames(video)
                ? "  # a list of all frames"
                : "  # folders of frames, below images"));
    if (sample.holdsFrames(video)) {
      String name = called("video", column -> sample.looks(column, texts -> true));
      if (!name.isEmpty()) {
        lines.add(
            "  video_name: "
                + BenchmarkGuess.quoted(name)
                + "  # rows of one name are of one video");
      }
    }
    if (haveParts(video)) {
      lines.add(
          "  start: " + BenchmarkGuess.quoted(numbers("start")) + "  # of the part, in seconds");
      lines.add(
          "  end: " + BenchmarkGuess.quoted(numbers("end")) + "  # without both: the whole video");
    }
    if (!numbers("fps").isEmpty()) {
      lines.add("  fps: " + BenchmarkGuess.quoted(numbers("fps")));
    }
    return lines;
  }

  /** Returns whether rows name parts of videos; a list is taken for the frames of its part. */
  private boolean haveParts(String video) {
    return !sample.holdsFrames(video) && !numbers("start").isEmpty() && !numbers("end").isEmpty();
  }

  /** Returns the column of numbers that is called so; empty without one. */
  private String numbers(String part) {
    return called(
        part,
        column ->
            sample.looks(
                column,
                texts ->
                    texts.stream()
                        .allMatch(text -> text.matches(SECONDS) || FrameRate.isFraction(text))));
  }

  /** Returns why the column may be wrong, if no frames are there. */
  Optional<String> doubt(String video) {
    return sample.holdsFrames(video) || found.one(texts(video)).isPresent()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "no folder of frames is there for videos such as '%s', so none can be shown: give"
                    + " the folder above them as images; jobs/VIDEO.md says how to make one from a"
                    + " video file",
                texts(video).get(0)));
  }

  /** Returns what is said of a column of videos beside pictures, if there is one. */
  Optional<String> passedOver(List<String> pictures) {
    String video = called("video", column -> !pictures.contains(column) && areNamed(column));
    return video.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "'%s' names videos: to ask about these, write video: %s in place of image",
                video, video));
  }

  /** Returns how commands are told which frames they show. */
  Wording frames(String video) {
    Optional<FrameFolder> one = found.one(texts(video));
    boolean chosen = one.filter(folder -> folder.sourceFrames().isEmpty()).isPresent();
    boolean timed =
        chosen
            || !numbers("fps").isEmpty()
            || one.filter(folder -> folder.ownRate().isPresent()).isPresent();
    return Wording.of(
        "The questions are about videos: to prepare them, say which frames are shown, by %s and %s,"
            + " such as %s%s",
        Setting.FRAMES_BY,
        Setting.FRAMES,
        chosen ? "given and the number in the frames' names" : "lmms-eval and 8",
        timed
            ? ""
            : Wording.of(
                "; frames per second, which some rules%s need, by %s",
                haveParts(video) ? " and columns.start" : "", Setting.SOURCE_FPS));
  }
}
