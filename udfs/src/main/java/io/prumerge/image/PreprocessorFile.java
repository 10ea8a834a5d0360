package io.prumerge.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.location.CauseText;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a preprocessor file with the defaults of the class that it names: CLIPImageProcessor's,
 * BlipImageProcessor's, IdeficsImageProcessor's, LlavaOnevisionImageProcessor's,
 * GotOcr2ImageProcessor's, Idefics3ImageProcessor's, SmolVLMImageProcessor's or
 * Qwen2VLImageProcessor's. Like these classes, it ignores unknown keys.
 */
final class PreprocessorFile {
  private static final String FILE = "preprocessor_config.json";
  private static final String NESTING_FILE = "processor_config.json";
  private static final String NESTED_KEY = "image_processor";
  private static final String TYPE = "image_processor_type";
  private static final String IDEFICS = "IdeficsImageProcessor";

  /**
   * Processors with CLIP's steps and defaults, tiles apart; others resize or normalise otherwise.
   */
  private static final Set<String> TYPES =
      Set.of(
          "CLIPImageProcessor",
          "CLIPImageProcessorFast",
          "CLIPFeatureExtractor",
          "LlavaImageProcessor",
          "LlavaImageProcessorFast",
          "LlavaNextImageProcessor",
          "LlavaNextImageProcessorFast");

  /**
   * These resize to both sides as stated, crop nothing and pad to no square, whatever the file says
   * of these. LLaVA-OneVision's makes tiles too.
   */
  private static final Set<String> STRETCHING =
      Set.of(
          "BlipImageProcessor",
          "BlipImageProcessorFast",
          IDEFICS,
          "LlavaOnevisionImageProcessor",
          "LlavaOnevisionImageProcessorFast");

  /** These keep a picture's size and aspect, within bounds. */
  private static final Set<String> NATIVE =
      Set.of("Qwen2VLImageProcessor", "Qwen2VLImageProcessorFast", "Qwen2_5_VLImageProcessor");

  /**
   * These make tiles over which a picture is stretched, whatever the file says of {@code
   * crop_to_patches}: InternVL's processor asks for them.
   */
  private static final Set<String> TILING =
      Set.of("GotOcr2ImageProcessor", "GotOcr2ImageProcessorFast");

  /** These split a picture into tiles by the length of its longer side; filters are Lanczos'. */
  private static final Set<String> SPLITTING =
      Set.of(
          "Idefics3ImageProcessor",
          "Idefics3ImageProcessorFast",
          "SmolVLMImageProcessor",
          "SmolVLMImageProcessorFast");

  private static final Set<String> KNOWN =
      Stream.of(TYPES, STRETCHING, NATIVE, TILING, SPLITTING)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int DEFAULT_SIZE = 224;
  private static final int DEFAULT_STRETCHED_SIZE = 384;
  static final int DEFAULT_RESAMPLE = 3;
  private static final int LANCZOS = 1;
  private static final int DEFAULT_SPLIT_SIDE = 364;
  static final double DEFAULT_RESCALE = 1.0 / 255;
  static final List<Double> DEFAULT_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  static final List<Double> DEFAULT_STD = List.of(0.26862954, 0.26130258, 0.27577711);
  private static final List<Double> HALVES = List.of(0.5, 0.5, 0.5);

  private final JsonNode json;
  private final boolean stretches;
  private final boolean keepsSize;
  private final boolean tiles;
  private final boolean splits;

  private PreprocessorFile(JsonNode json) {
    this.json = json;
    this.stretches = STRETCHING.contains(json.path(TYPE).asText());
    this.keepsSize = NATIVE.contains(json.path(TYPE).asText());
    this.tiles = TILING.contains(json.path(TYPE).asText());
    this.splits = SPLITTING.contains(json.path(TYPE).asText());
  }

  // Classes that crop nothing, and pad to no square, whatever the file says of these.
  private boolean whole() {
    return stretches || keepsSize || tiles || splits;
  }

  static PreprocessorConfig read(Path modelFolder) {
    Path file = modelFolder.resolve(FILE);
    if (Files.exists(file)) {
      return read(file, parse(file));
    }
    Path nesting = modelFolder.resolve(NESTING_FILE);
    if (Files.exists(nesting)) {
      JsonNode nested = parse(nesting).path(NESTED_KEY);
      if (nested.isObject()) {
        return read(nesting, nested);
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Cannot read the image settings of %s: it has no %s, and no %s with an %s in it",
            modelFolder,
            FILE,
            NESTING_FILE,
            NESTED_KEY));
  }

  private static JsonNode parse(Path file) {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is not JSON: %s", file, CauseText.ofSyntax(e)), e);
    } catch (CharConversionException e) { // of what begins like UTF-16 or UTF-32
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is not UTF-8: %s", file, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static PreprocessorConfig read(Path file, JsonNode json) {
    try {
      if (!json.isObject()) {
        throw new IllegalArgumentException("not a JSON object");
      }
      return new PreprocessorFile(json).config();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private PreprocessorConfig config() {
    requireKnownType(TYPE);
    requireKnownType("feature_extractor_type");
    return new PreprocessorConfig(
        flag("do_resize", true) ? Optional.of(target()) : Optional.empty(),
        Resample.of(integer(needed("resample"), "resample", splits ? LANCZOS : DEFAULT_RESAMPLE)),
        !whole() && flag("do_center_crop", true)
            ? Optional.of(square("crop_size", DEFAULT_SIZE))
            : Optional.empty(),
        flag("do_rescale", true) ? number("rescale_factor", DEFAULT_RESCALE) : 1,
        flag("do_normalize", true),
        channels("image_mean", splits ? HALVES : DEFAULT_MEAN),
        channels("image_std", splits ? HALVES : DEFAULT_STD),
        !whole() && flag("do_pad", false));
  }

  private TargetSize target() {
    if (keepsSize) {
      return nativeSize();
    }
    if (splits) {
      int side = longestEdge("max_image_size", DEFAULT_SPLIT_SIDE);
      return new TargetSize.Split(
          side, longestEdge("size", 4 * DEFAULT_SPLIT_SIDE), flag("do_image_splitting", true));
    }
    if (tiles) {
      TargetSize.Exact size = square("size", DEFAULT_STRETCHED_SIZE);
      if (size.height() != size.width()) {
        throw new IllegalArgumentException("size must be a square, of each tile: " + size);
      }
      return new TargetSize.Tiles(
          size.width(),
          integer(needed("min_patches"), "min_patches", 1),
          integer(needed("max_patches"), "max_patches", 12));
    }
    if (json.path(TYPE).asText().equals(IDEFICS)) {
      return square("image_size", DEFAULT_SIZE);
    }
    return stretches ? square("size", DEFAULT_STRETCHED_SIZE) : size();
  }

  /**
   * Returns the bounds that {@code min_pixels} and {@code max_pixels} state, else those of {@code
   * size}. (The slow class ignores {@code size}; the fast one does not, and newer files have only
   * that.)
   */
  private NativeSize nativeSize() {
    JsonNode size = json.path("size");
    return new NativeSize(
        Math.multiplyExact(
            integer(needed("patch_size"), "patch_size", 14),
            integer(needed("merge_size"), "merge_size", 2)),
        bound("min_pixels", size.path("shortest_edge"), NativeSize.LEAST),
        bound("max_pixels", size.path("longest_edge"), NativeSize.MOST));
  }

  private int longestEdge(String key, int absent) {
    JsonNode size = json.path(key);
    if (!isGiven(size)) {
      return absent;
    }
    if (!isGiven(size.path("longest_edge"))) {
      throw new IllegalArgumentException(key + " must have a longest_edge: " + size);
    }
    return integer(size.path("longest_edge"), key, absent);
  }

  private int bound(String key, JsonNode ofSize, int absent) {
    return integer(json.path(key), key, integer(ofSize, "size", absent));
  }

  private void requireKnownType(String key) {
    JsonNode type = json.path(key);
    if (isGiven(type) && !KNOWN.contains(type.asText())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Unknown %s '%s'; known: %s",
              key,
              type.asText(),
              KNOWN.stream().sorted().collect(Collectors.joining(", "))));
    }
  }

  /** An int is the shortest edge; {@code shortest_edge} wins over height and width. */
  private TargetSize size() {
    JsonNode size = json.path("size");
    if (!size.isObject()) {
      return new TargetSize.ShortestEdge(integer(size, "size", DEFAULT_SIZE));
    }
    JsonNode edge = size.path("shortest_edge");
    return isGiven(edge)
        ? new TargetSize.ShortestEdge(integer(edge, "size", DEFAULT_SIZE))
        : exact(size, "size");
  }

  /** An int is a square. */
  private TargetSize.Exact square(String key, int absent) {
    JsonNode size = json.path(key);
    if (size.isObject()) {
      return exact(size, key);
    }
    int side = integer(size, key, absent);
    return new TargetSize.Exact(side, side);
  }

  private static TargetSize.Exact exact(JsonNode size, String key) {
    if (!isGiven(size.path("height")) || !isGiven(size.path("width"))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s must be a whole number, or have height and width: %s", key, size));
    }
    return new TargetSize.Exact(
        integer(size.path("height"), key, 0), integer(size.path("width"), key, 0));
  }

  // To the fast classes, null says nothing; to the slow ones it is false, and no number.
  private boolean nullIsAbsent() {
    return json.path(TYPE).asText().endsWith("Fast");
  }

  private JsonNode needed(String key) {
    JsonNode value = json.path(key);
    if (value.isNull() && !nullIsAbsent()) {
      throw new IllegalArgumentException(
          key + " is null, which the image processor does not take; remove the key");
    }
    return value;
  }

  private boolean flag(String key, boolean absent) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull() && nullIsAbsent()) {
      return absent;
    }
    if (value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be true or false: %s", key, value));
    }
    return value.booleanValue();
  }

  private static int integer(JsonNode value, String key, int absent) {
    if (!isGiven(value)) {
      return absent;
    }
    if (!value.canConvertToInt() || !value.canConvertToExactIntegral()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be a whole number: %s", key, value));
    }
    return value.intValue();
  }

  private double number(String key, double absent) {
    JsonNode value = needed(key);
    if (!isGiven(value)) {
      return absent;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be a number: %s", key, value));
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
      if (!channel.isNumber()) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s must hold numbers: %s", key, value));
      }
      channels.add(channel.doubleValue());
    }
    return channels;
  }

  private static boolean isGiven(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }
}
