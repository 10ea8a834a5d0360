package io.prumerge.image.processor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.size.TargetSize;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The settings of a checkpoint's image processor: {@code preprocessor_config.json}, or the {@code
 * image_processor} of its {@code processor_config.json}; or of its video processor ({@link
 * #readVideo}). Like Hugging Face's classes, it ignores unknown keys.
 *
 * <p>A {@link ProcessorClass} reads it: every method throws an {@link IllegalArgumentException}
 * that names the key and its value where that is not usable.
 */
public final class PreprocessorFile {

  /** The file, by its name. */
  public static final String FILE = "preprocessor_config.json";

  /** The file that may have the settings instead. */
  public static final String NESTING_FILE = "processor_config.json";

  /** The key of that file under which the settings are. */
  public static final String NESTED_KEY = "image_processor";

  /** The key of the class. */
  public static final String TYPE = "image_processor_type";

  /** The key of the class in older files; where a file has both, the other one is read. */
  public static final String OLDER_TYPE = "feature_extractor_type";

  /** The file of a video processor, by its name. */
  public static final String VIDEO_FILE = "video_preprocessor_config.json";

  /** The key under which a file may have the settings of a video processor. */
  public static final String VIDEO_NESTED_KEY = "video_processor";

  private static final String VIDEO_TYPE = "video_processor_type";

  private final JsonNode json;

  /**
   * Whether null says nothing, as to the fast classes; to the slow ones and to video processors it
   * is false, and no number.
   */
  private final boolean nullIsAbsent;

  private PreprocessorFile(JsonNode json, boolean nullIsAbsent) {
    this.json = json;
    this.nullIsAbsent = nullIsAbsent;
  }

  /**
   * Reads the file of a model folder as the class that it names.
   *
   * @param known classes
   * @throws IllegalArgumentException if there is no file, its class is not known or a value is not
   *     usable; the message names the file, without its folder, the key and the value
   * @throws UncheckedIOException when a file cannot be read
   */
  public static <T> T read(Path modelFolder, List<ProcessorClass<T>> known) {
    Path file = modelFolder.resolve(FILE);
    if (Files.exists(file)) {
      return read(file, parse(file), known);
    }
    Path nesting = modelFolder.resolve(NESTING_FILE);
    if (Files.exists(nesting)) {
      JsonNode nested = parse(nesting).path(NESTED_KEY);
      if (nested.isObject()) {
        return read(nesting, nested, known);
      }
    }
    throw new IllegalArgumentException(
        Text.format(
            "Cannot read the image settings of %s: it has no %s, and no %s with an %s in it",
            modelFolder, FILE, NESTING_FILE, NESTED_KEY));
  }

  /**
   * Reads the settings of a video processor from the first file that a model folder has: {@code
   * video_preprocessor_config.json}, {@code preprocessor_config.json}, {@code
   * processor_config.json}; from its {@code video_processor}, if it has one. The order is that of
   * transformers 4.57.1, {@code BaseVideoProcessor.get_video_processor_dict}. Where there is only
   * the last one and it has no {@code video_processor}, that reads no setting at all, and takes its
   * defaults for the checkpoint's; here it is an error.
   *
   * @param known classes; those of image processors say nothing, and are no class here
   * @throws IllegalArgumentException as {@link #read}
   * @throws UncheckedIOException when a file cannot be read
   */
  public static <T> T readVideo(Path modelFolder, List<ProcessorClass<T>> known) {
    for (String name : List.of(VIDEO_FILE, FILE, NESTING_FILE)) {
      Path file = modelFolder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      JsonNode json = parse(file);
      JsonNode nested = json.path(VIDEO_NESTED_KEY);
      if (nested.isMissingNode() && name.equals(NESTING_FILE)) {
        break;
      }
      JsonNode settings = nested.isMissingNode() ? json : nested;
      return read(file, settings, known, VIDEO_TYPE, false);
    }
    throw new IllegalArgumentException(
        Text.format(
            "Cannot read the video settings of %s: it has no %s, no %s, and no %s with a %s in it",
            modelFolder, VIDEO_FILE, FILE, NESTING_FILE, VIDEO_NESTED_KEY));
  }

  private static JsonNode parse(Path file) {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          Text.format("%s is not JSON: %s", file.getFileName(), CauseText.ofSyntax(e)), e);
    } catch (CharConversionException e) { // of what begins like UTF-16 or UTF-32
      throw new IllegalArgumentException(
          Text.format("%s is not UTF-8: %s", file.getFileName(), e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static <T> T read(Path file, JsonNode json, List<ProcessorClass<T>> known) {
    boolean older = !isGiven(json.path(TYPE)) && isGiven(json.path(OLDER_TYPE));
    boolean fast = json.path(TYPE).asText().endsWith("Fast");
    return read(file, json, known, older ? OLDER_TYPE : TYPE, fast);
  }

  private static <T> T read(
      Path file, JsonNode json, List<ProcessorClass<T>> known, String type, boolean nullIsAbsent) {
    try {
      if (!json.isObject()) {
        throw new IllegalArgumentException("not a JSON object");
      }
      PreprocessorFile settings = new PreprocessorFile(json, nullIsAbsent);
      return settings.named(type, known).reader().apply(settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /** Returns the class that a key names; without the key, that of files that name none. */
  private <T> ProcessorClass<T> named(String key, List<ProcessorClass<T>> known) {
    JsonNode name = json.path(key);
    return known.stream()
        .filter(one -> isGiven(name) ? one.names().contains(name.asText()) : one.unnamed())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "%s; known: %s",
                        isGiven(name)
                            ? Text.format("Unknown %s '%s'", key, name.asText())
                            : key + " is missing",
                        known.stream()
                            .flatMap(one -> one.names().stream())
                            .sorted()
                            .collect(Collectors.joining(", ")))));
  }

  /** Returns whether pictures are resized. */
  private boolean resizes() {
    return flag("do_resize", true);
  }

  /**
   * Requires that pictures are resized.
   *
   * @throws IllegalArgumentException if the file says that they are not
   */
  public void requireResize() {
    if (!resizes()) {
      throw new IllegalArgumentException("do_resize is false, but this model's pictures need it");
    }
  }

  /**
   * Returns the {@code size} that pictures are resized to, their aspect kept or not: a number is
   * the shorter side, and {@code shortest_edge} wins over height and width.
   *
   * @param absent length of the shorter side where the file has no size
   * @return empty if pictures are not resized
   */
  public Optional<TargetSize> resized(int absent) {
    return resizes() ? Optional.of(size(absent)) : Optional.empty();
  }

  private TargetSize size(int absent) {
    JsonNode size = json.path("size");
    if (!size.isObject()) {
      return new TargetSize.ShortestEdge(length(size, "size", absent));
    }
    JsonNode edge = size.path("shortest_edge");
    return isGiven(edge)
        ? new TargetSize.ShortestEdge(length(edge, "size", absent))
        : exact(size, "size");
  }

  /**
   * Returns the size that pictures are stretched to, whatever their aspect: a number is a square.
   *
   * @param key that has it
   * @param absent side of the square where the file has no such key
   * @return empty if pictures are not resized
   */
  public Optional<TargetSize> stretched(String key, int absent) {
    return resizes() ? Optional.of(square(key, absent)) : Optional.empty();
  }

  /**
   * Returns the size that is cropped out of the middle of pictures: {@code do_center_crop}, {@code
   * crop_size}.
   *
   * @param absent side of the square where the file has no size
   * @return empty if nothing is cropped
   */
  public Optional<TargetSize.Exact> cropped(int absent) {
    return flag("do_center_crop", true)
        ? Optional.of(square("crop_size", absent))
        : Optional.empty();
  }

  private TargetSize.Exact square(String key, int absent) {
    JsonNode size = json.path(key);
    if (size.isObject()) {
      return exact(size, key);
    }
    int side = length(size, key, absent);
    return new TargetSize.Exact(side, side);
  }

  /**
   * Returns the side of a square in pixels: of a number, or of height and width.
   *
   * @param absent where the file has no such key
   */
  public int side(String key, int absent) {
    TargetSize.Exact size = square(key, absent);
    if (size.height() != size.width()) {
      throw new IllegalArgumentException(
          Text.format("%s must be a square: %s", key, json.path(key)));
    }
    return size.width();
  }

  private static TargetSize.Exact exact(JsonNode size, String key) {
    if (!isGiven(size.path("height")) || !isGiven(size.path("width"))) {
      throw new IllegalArgumentException(
          Text.format("%s must be a whole number, or have height and width: %s", key, size));
    }
    return new TargetSize.Exact(
        length(size.path("height"), key, 0), length(size.path("width"), key, 0));
  }

  /**
   * Returns the height and width that pictures are resized to, whatever their aspect.
   *
   * @param absent side of the square where the file has no such key
   */
  public TargetSize.Exact exact(String key, int absent) {
    JsonNode size = json.path(key);
    if (size.isMissingNode()) {
      return new TargetSize.Exact(absent, absent);
    }
    if (!size.isObject()) {
      throw new IllegalArgumentException(
          Text.format("%s must have height and width: %s", key, size));
    }
    return exact(size, key);
  }

  /**
   * Returns the length of the longer side in pixels, {@code longest_edge} of a key.
   *
   * @param absent where the file has no such key
   */
  public int longestEdge(String key, int absent) {
    OptionalInt stated = edge(key, "longest_edge");
    if (stated.isEmpty() && isGiven(json.path(key))) {
      throw new IllegalArgumentException(key + " must have a longest_edge: " + json.path(key));
    }
    return length(key, stated.orElse(absent));
  }

  /** Returns a number that a key's object states; empty if it does not, or there is no object. */
  public OptionalInt edge(String key, String name) {
    return given(json.path(key).path(name), key);
  }

  /** Returns what is done to the pixels, with the defaults of a class. */
  public PixelSteps steps(PixelSteps absent) {
    JsonNode filter = needed("resample");
    return new PixelSteps(
        isGiven(filter) ? Resample.of(integer(filter, "resample", 0)) : absent.resample(),
        flag("do_rescale", true) ? number("rescale_factor", absent.rescaleFactor()) : 1,
        flag("do_normalize", absent.doNormalize()),
        channels("image_mean", absent.mean()),
        channels("image_std", absent.std()));
  }

  private JsonNode needed(String key) {
    JsonNode value = json.path(key);
    if (value.isNull() && !nullIsAbsent) {
      throw new IllegalArgumentException(
          key + " is null, which the image processor does not take; remove the key");
    }
    return value;
  }

  /** Returns whether something is done; null says that it is not to the slow classes. */
  public boolean flag(String key, boolean absent) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull() && nullIsAbsent) {
      return absent;
    }
    if (value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(Text.format("%s must be true or false: %s", key, value));
    }
    return value.booleanValue();
  }

  /** Returns a whole number; the slow classes do not take null. */
  public int integer(String key, int absent) {
    return integer(needed(key), key, absent);
  }

  /** Returns a whole number; empty where the file has none, or null. */
  public OptionalInt given(String key) {
    return given(json.path(key), key);
  }

  private static int integer(JsonNode value, String key, int absent) {
    return given(value, key).orElse(absent);
  }

  private static int length(JsonNode value, String key, int absent) {
    return length(key, integer(value, key, absent));
  }

  private static int length(String key, int pixels) {
    TargetSize.requireSize(key, pixels);
    return pixels;
  }

  private static OptionalInt given(JsonNode value, String key) {
    if (!isGiven(value)) {
      return OptionalInt.empty();
    }
    if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
      throw new IllegalArgumentException(Text.format("%s must be a whole number: %s", key, value));
    }
    return OptionalInt.of(value.intValue());
  }

  private double number(String key, double absent) {
    JsonNode value = needed(key);
    if (!isGiven(value)) {
      return absent;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(Text.format("%s must be a number: %s", key, value));
    }
    return value.doubleValue();
  }

  /** Returns a list of three, or one number for all. */
  private List<Double> channels(String key, List<Double> absent) {
    JsonNode value = json.path(key);
    if (!isGiven(value)) {
      return absent;
    }
    if (value.isNumber()) {
      double all = value.doubleValue();
      return List.of(all, all, all);
    }
    List<Double> channels = new ArrayList<>();
    for (JsonNode channel : value) {
      channels.add(channel.isNumber() ? channel.doubleValue() : null);
    }
    if (!value.isArray() || channels.contains(null)) {
      throw new IllegalArgumentException(Text.format("%s must hold numbers: %s", key, value));
    }
    return channels;
  }

  private static boolean isGiven(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }
}
