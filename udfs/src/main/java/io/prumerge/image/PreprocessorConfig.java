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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checkpoint's image preprocessing, with the settings of Hugging Face's CLIPImageProcessor.
 *
 * @param resize empty when images keep their size
 * @param crop centre crop, empty when there is none
 * @param rescaleFactor 1 when values are not rescaled
 * @param doNormalize whether mean and std are applied
 * @param mean per channel, red first; also the colour of LLaVA's padding
 * @param std per channel
 * @param doPad whether the files themselves ask for LLaVA's pad to a square
 */
public record PreprocessorConfig(
    Optional<TargetSize> resize,
    Resample resample,
    Optional<TargetSize.Exact> crop,
    double rescaleFactor,
    boolean doNormalize,
    List<Double> mean,
    List<Double> std,
    boolean doPad) {

  /** Far beyond any tower's input; keeps every product of two sizes in range. */
  private static final int MAX_SIZE = 8192;

  public PreprocessorConfig {
    Objects.requireNonNull(resize, "resize is null");
    Objects.requireNonNull(resample, "resample is null");
    Objects.requireNonNull(crop, "crop is null");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Images have 3 channels: image_mean=%s, image_std=%s", mean, std));
    }
    for (double channel : mean) {
      if (!(channel >= 0 && channel <= 1)) {
        throw new IllegalArgumentException("image_mean must lie in 0..1: " + mean);
      }
    }
    for (double channel : std) {
      if (!(channel > 0 && channel < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("image_std must be positive: " + std);
      }
    }
    if (!Double.isFinite(rescaleFactor)) {
      throw new IllegalArgumentException("rescale_factor must be finite: " + rescaleFactor);
    }
  }

  /**
   * Returns this preprocessing with a square of another size at its end: resizing and cropping are
   * scaled alike, so that the same part of the picture is seen.
   *
   * @param edge of the square that this preprocessing ends in
   * @param other edge wanted instead
   * @return empty if pictures are not resized, so that no other size shows the same
   */
  Optional<PreprocessorConfig> scaled(int edge, int other) {
    return resize.map(
        size ->
            new PreprocessorConfig(
                Optional.of(size.scaled(edge, other)),
                resample,
                crop.map(exact -> exact.scaled(edge, other)),
                rescaleFactor,
                doNormalize,
                mean,
                std,
                doPad));
  }

  /** Returns CLIP's values of pictures that are stretched to a square, whatever their aspect. */
  public static PreprocessorConfig stretched(int side) {
    return new PreprocessorConfig(
        Optional.of(new TargetSize.Exact(side, side)),
        Resample.of(PreprocessorFile.DEFAULT_RESAMPLE),
        Optional.empty(),
        PreprocessorFile.DEFAULT_RESCALE,
        true,
        PreprocessorFile.DEFAULT_MEAN,
        PreprocessorFile.DEFAULT_STD,
        false);
  }

  /** Returns this preprocessing, of pictures that keep their own size, within other bounds. */
  public PreprocessorConfig within(TargetSize.NativeSize bounds) {
    return new PreprocessorConfig(
        Optional.of(bounds), resample, crop, rescaleFactor, doNormalize, mean, std, doPad);
  }

  /** Returns the tiles that pictures are stretched over; empty if they are not. */
  public Optional<TargetSize.Tiles> tiles() {
    return resize.filter(TargetSize.Tiles.class::isInstance).map(TargetSize.Tiles.class::cast);
  }

  /** Returns the tiles that pictures are split into; empty if they are not. */
  public Optional<TargetSize.Split> split() {
    return resize.filter(TargetSize.Split.class::isInstance).map(TargetSize.Split.class::cast);
  }

  /** Returns the bounds of pictures that keep their own size; empty if these do not. */
  public Optional<TargetSize.NativeSize> nativeSize() {
    return resize
        .filter(TargetSize.NativeSize.class::isInstance)
        .map(TargetSize.NativeSize.class::cast);
  }

  /**
   * Reads {@code preprocessor_config.json} of a model folder, or the {@code image_processor} of its
   * {@code processor_config.json}.
   *
   * @throws IllegalArgumentException if neither file exists or a value is not usable; the message
   *     names the file and the value
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public static PreprocessorConfig read(Path modelFolder) {
    return PreprocessorFile.read(modelFolder);
  }

  static void requireSize(int length) {
    if (length < 1 || length > MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A size must lie in 1..%d pixels: %d", MAX_SIZE, length));
    }
  }

  /**
   * Reads a preprocessor file with the defaults of the class that it names: CLIPImageProcessor's,
   * BlipImageProcessor's, IdeficsImageProcessor's, LlavaOnevisionImageProcessor's,
   * GotOcr2ImageProcessor's, Idefics3ImageProcessor's, SmolVLMImageProcessor's or
   * Qwen2VLImageProcessor's. Like these classes, it ignores unknown keys.
   */
  private static final class PreprocessorFile {
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
     * These resize to both sides as stated, crop nothing and pad to no square, whatever the file
     * says of these. LLaVA-OneVision's makes tiles too.
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
    private static final int DEFAULT_RESAMPLE = 3;
    private static final int LANCZOS = 1;
    private static final int DEFAULT_SPLIT_SIDE = 364;
    private static final double DEFAULT_RESCALE = 1.0 / 255;
    private static final List<Double> DEFAULT_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> DEFAULT_STD = List.of(0.26862954, 0.26130258, 0.27577711);
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
    private TargetSize.NativeSize nativeSize() {
      JsonNode size = json.path("size");
      return new TargetSize.NativeSize(
          Math.multiplyExact(
              integer(needed("patch_size"), "patch_size", 14),
              integer(needed("merge_size"), "merge_size", 2)),
          bound("min_pixels", size.path("shortest_edge"), TargetSize.NativeSize.LEAST),
          bound("max_pixels", size.path("longest_edge"), TargetSize.NativeSize.MOST));
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
}
