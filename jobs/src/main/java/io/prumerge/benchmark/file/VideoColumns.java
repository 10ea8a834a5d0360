package io.prumerge.benchmark.file;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of a row's video.
 *
 * @param name of its file or folder, below {@code folders}; or of a list that holds its frames
 * @param called of the video's name where the row holds its frames; rows of one name are of one
 *     video
 * @param folders columns or texts of the file whose values stand before the name
 * @param found whether the first of these folders counts that is there, and none if none is
 * @param start of the seconds at which the part that is asked about begins
 * @param end of those at which it ends
 * @param fps of the video's frames per second
 */
record VideoColumns(
    String name,
    Optional<String> called,
    List<String> folders,
    boolean found,
    Optional<String> start,
    Optional<String> end,
    Optional<String> fps) {

  /** A file's name that ends with the seconds of the part that it holds. */
  private static final Pattern PART =
      Pattern.compile("_([0-9]+(?:\\.[0-9]+)?)_([0-9]+(?:\\.[0-9]+)?)(?:\\.[A-Za-z0-9]+)?$");

  VideoColumns {
    folders = List.copyOf(folders);
  }

  /**
   * Returns whether a file is the part itself, as its name says: {@code USNP1_1.3_15.4.mp4}, as in
   * MVBench's branch {@code video}.
   */
  static boolean isPart(String file, Double start, Double end) {
    Matcher part = PART.matcher(file);
    return start != null
        && end != null
        && part.find()
        && Double.parseDouble(part.group(1)) == start
        && Double.parseDouble(part.group(2)) == end;
  }
}
