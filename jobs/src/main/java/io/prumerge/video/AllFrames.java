package io.prumerge.video;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All frames of a video: files whose names differ in a number alone, which counts from 0 or 1.
 *
 * @param files in the order of their numbers, at least one
 * @param rate frames per second, if {@code frames.json} says so
 */
record AllFrames(List<String> files, OptionalDouble rate) {

  /**
   * The file that may say the frames' number and rate: {@code {"fps": 25, "count": 900}}, or {@code
   * {"fps": "30000/1001"}}.
   */
  static final String JSON = "frames.json";

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d+)\\.\\w+");
  private static final int DIGITS = 9; // of a number that is an int
  private static final ObjectMapper READER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  AllFrames {
    files = List.copyOf(files);
  }

  /**
   * Returns the frames of a folder.
   *
   * @param names of its pictures, at least one
   * @param json what is in {@link #JSON}, if there is one
   * @throws VideoException if a number is missing or there twice, or the file says otherwise
   */
  static AllFrames of(List<String> names, Optional<byte[]> json) throws VideoException {
    TreeMap<Integer, String> files = new TreeMap<>();
    String beginning = null;
    for (String name : names) {
      Matcher parts = NUMBERED.matcher(name);
      if (!parts.matches() || parts.group(2).replaceFirst("^0+", "").length() > DIGITS) {
        throw corrupt("'%s' has no number of a frame", name);
      }
      if (beginning != null && !beginning.equals(parts.group(1))) {
        throw corrupt(
            "'%s' begins otherwise than '%s': frames' names differ in their numbers alone",
            name, files.firstEntry().getValue());
      }
      beginning = parts.group(1);
      String other = files.put(Integer.parseInt(parts.group(2)), name);
      if (other != null) {
        throw corrupt("'%s' and '%s' have the same number", other, name);
      }
    }
    int first = files.firstKey();
    if (first > 1) {
      throw corrupt("The first frame is '%s': numbers begin at 0 or 1", files.get(first));
    }
    if (files.lastKey() - first + 1 != files.size()) {
      int missing = first;
      while (files.containsKey(missing)) {
        missing++;
      }
      throw corrupt("Frame %d is missing between the others", missing);
    }
    return new AllFrames(List.copyOf(files.values()), rate(json, files.size()));
  }

  private static OptionalDouble rate(Optional<byte[]> json, int files) throws VideoException {
    if (json.isEmpty()) {
      return OptionalDouble.empty();
    }
    JsonNode said;
    try {
      said = READER.readTree(json.get());
    } catch (IOException e) {
      throw corrupt("%s is no JSON", JSON);
    }
    if (!said.isObject()) {
      throw corrupt("%s is no object of fps and count", JSON);
    }
    for (Map.Entry<String, JsonNode> one : said.properties()) {
      boolean known =
          one.getKey().equals("count")
              ? one.getValue().isIntegralNumber()
              : one.getKey().equals("fps") && isRate(one.getValue());
      if (!known) {
        throw corrupt("%s says '%s': known are fps, above 0, and count", JSON, one.getKey());
      }
    }
    if (said.has("count") && !said.get("count").asText().equals(Integer.toString(files))) {
      throw corrupt("%s says %s frames, there are %,d", JSON, said.get("count").asText(), files);
    }
    return said.has("fps") ? OptionalDouble.of(rate(said.get("fps"))) : OptionalDouble.empty();
  }

  private static boolean isRate(JsonNode value) {
    double rate = rate(value);
    return rate > 0 && !Double.isInfinite(rate);
  }

  /** Returns frames per second: a number, or a text such as {@code 30000/1001}; else 0. */
  private static double rate(JsonNode value) {
    if (value.isTextual() && FrameRate.isFraction(value.textValue())) {
      return FrameRate.of(value.textValue());
    }
    return value.isNumber() ? value.asDouble() : 0;
  }

  private static VideoException corrupt(String format, Object... values) {
    return new VideoException(ErrorKind.VIDEO_CORRUPT, Text.format(format, values));
  }
}
