package io.prumerge.video;

import io.prumerge.config.TimesInSeconds;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A set of frames that were chosen before, as VLMEvalKit stores them: {@code frame-I-of-N.jpg}, or
 * {@code frame-I-of-N-Rfps.jpg}, I from 1 ({@code frame_paths} and {@code frame_paths_fps} in
 * vlmeval/dataset/video_base.py of VLMEvalKit e8e78f05).
 *
 * @param rate frames per second as the names have it; empty where they say none
 * @param files in their order
 */
record GivenFrames(String rate, List<String> files) {

  private static final Pattern NAME =
      Pattern.compile("frame-(\\d{1,9})-of-(\\d{1,9})(?:-(\\d{1,9}(?:\\.\\d{1,9})?)fps)?\\.\\w+");

  GivenFrames {
    files = List.copyOf(files);
  }

  /** Returns whether a file's name says that it is such a frame. */
  static boolean isOne(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Returns the sets of such frames, those with fewer frames first.
   *
   * @throws VideoException if a set is not whole
   */
  static List<GivenFrames> sets(List<String> names) throws VideoException {
    TreeMap<Integer, TreeMap<String, TreeMap<Integer, String>>> sets = new TreeMap<>();
    for (String name : names) {
      Matcher parts = NAME.matcher(name);
      if (!parts.matches()) {
        throw new IllegalArgumentException(name);
      }
      int number = Integer.parseInt(parts.group(1));
      int count = Integer.parseInt(parts.group(2));
      if (number < 1 || number > count) {
        throw corrupt("'%s' is none of %d frames, counted from 1", name, count);
      }
      String other =
          sets.computeIfAbsent(count, key -> new TreeMap<>())
              .computeIfAbsent(
                  Optional.ofNullable(parts.group(3)).orElse(""), key -> new TreeMap<>())
              .put(number, name);
      if (other != null) {
        throw corrupt("'%s' and '%s' are the same frame", other, name);
      }
    }
    List<GivenFrames> all = new ArrayList<>();
    for (Integer count : sets.keySet()) {
      for (String rate : sets.get(count).keySet()) {
        TreeMap<Integer, String> files = sets.get(count).get(rate);
        for (int number = 1; number <= count; number++) {
          if (!files.containsKey(number)) {
            throw corrupt(
                "There are %d of %d frames: frame %d is missing", files.size(), count, number);
          }
        }
        all.add(new GivenFrames(rate, List.copyOf(files.values())));
      }
    }
    return all;
  }

  private static VideoException corrupt(String format, Object... values) {
    return new VideoException(ErrorKind.VIDEO_CORRUPT, Text.format(format, values));
  }

  /** Returns whether a protocol of given frames means this set. */
  boolean isOf(FrameProtocol protocol) {
    FrameNumber number = protocol.number();
    return number.rate().isPresent()
        ? !rate.isEmpty() && Double.parseDouble(rate) == number.rate().getAsDouble()
        : files.size() == number.frames().getAsInt();
  }

  /** Returns the number of frames that names this set, or its frames per second. */
  String number() {
    return rate.isEmpty() ? Integer.toString(files.size()) : rate + "fps";
  }

  /** Returns the set in words. */
  String words() {
    return files.size() + (rate.isEmpty() ? "" : " (" + rate + " a second)");
  }

  /** Returns the frames, at the seconds that their frames per second say. */
  FolderChoice choice() {
    double fps = rate.isEmpty() ? 0 : Double.parseDouble(rate);
    boolean told = fps > 0;
    return new FolderChoice(
        IntStream.range(0, files.size())
            .mapToObj(
                i ->
                    new FolderFrame(
                        files.size(), i, told ? (Double) (i / fps) : null, files.get(i)))
            .toList(),
        told ? fps : TimesInSeconds.ASSUMED_RATE,
        !told);
  }
}
