package io.prumerge.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.image.Tiling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads what sets a family of models apart, by {@code model_type}. Settings that only our own
 * translations of other layouts have ({@link OriginalConfig}) keep the names of those layouts.
 */
public final class FamilyReader {

  public static final String LLAVA_NAME = "llava";
  public static final String LLAVA_NEXT_NAME = "llava_next";
  public static final String LLAVA_ONEVISION_NAME = "llava_onevision";
  public static final String SHIKRA_NAME = "shikra";

  static final String TYPE = "model_type";
  static final String CONNECTION = "mm_projector_type";
  static final String START_AND_END = "mm_use_im_start_end";
  static final String LINEAR = "linear";
  static final String GRIDS = "image_grid_pinpoints";

  private static final String RATIO = "vision_aspect_ratio";
  private static final Pattern LIMIT = Pattern.compile("anyres_max_([1-9]\\d{0,2})");
  private static final String SHIKRA_IMAGE = "<im_patch>";

  /**
   * A family of models, in words; the same as in the table of this module's page.
   *
   * @param name {@code model_type} of its config.json
   * @param models what belongs to it
   * @param layouts whose folders are read
   * @param image what the model sees of an image
   */
  public record Family(String name, String models, String layouts, String image) {}

  private record Known(Family family, BiFunction<Settings, VisionConfig, ModelFamily> reader) {}

  private static final String HUGGING_FACE = "Hugging Face's";
  private static final String BOTH = "Hugging Face's, LLaVA's";

  private static final Map<String, Known> FAMILIES =
      known(
          new Known(
              new Family(
                  LLAVA_NAME,
                  "LLaVA-1.5, and LLaVA with one linear layer as connector",
                  BOTH,
                  "one view"),
              FamilyReader::llava),
          new Known(
              new Family(
                  LLAVA_NEXT_NAME,
                  "LLaVA-NeXT (1.6) on Vicuna or Mistral",
                  BOTH,
                  "the whole image and up to 4 tiles: 2,928 tokens at most"),
              FamilyReader::llavaNext),
          new Known(
              new Family(
                  LLAVA_ONEVISION_NAME,
                  "LLaVA-OneVision on Qwen2",
                  HUGGING_FACE,
                  "the whole image and up to 6 x 6 tiles: 8,829 tokens at most"),
              FamilyReader::oneVision),
          new Known(
              new Family(
                  SHIKRA_NAME,
                  "Shikra",
                  "its own, with CLIP-L/14 of 224 pixels beside it as LLaVA's",
                  "one view, padded with white"),
              FamilyReader::shikra));

  /** LlavaNextConfig's default, height before width. */
  private static final List<Tiling.Resolution> DEFAULT_GRIDS =
      List.of(
          new Tiling.Resolution(336, 672),
          new Tiling.Resolution(672, 336),
          new Tiling.Resolution(672, 672),
          new Tiling.Resolution(1008, 336),
          new Tiling.Resolution(336, 1008));

  /** LlavaOnevisionConfig's: 1 to 6 tiles of 384 pixels in either direction. */
  private static final List<Tiling.Resolution> ONEVISION_GRIDS =
      IntStream.range(0, 36)
          .mapToObj(grid -> new Tiling.Resolution(384 * (grid / 6 + 1), 384 * (grid % 6 + 1)))
          .toList();

  private FamilyReader() {}

  private static Map<String, Known> known(Known... families) {
    return Arrays.stream(families)
        .collect(
            Collectors.toMap(
                known -> known.family().name(), known -> known, (one, other) -> one, TreeMap::new));
  }

  /** Returns all families, by name. */
  public static List<Family> families() {
    return FAMILIES.values().stream().map(Known::family).toList();
  }

  /** Reads a family that is known. */
  static ModelFamily read(Settings root, VisionConfig vision) {
    return FAMILIES.get(root.text(TYPE).orElseThrow()).reader().apply(root, vision);
  }

  private static ModelFamily llava(Settings root, VisionConfig vision) {
    boolean linear = root.text(CONNECTION, "").equals(LINEAR);
    return ModelFamily.builder(LLAVA_NAME, linear ? LinearLayers.ONE : LinearLayers.TWO)
        .several(ModelFamily.SeveralImages.ALIKE)
        .build();
  }

  private static ModelFamily llavaNext(Settings root, VisionConfig vision) {
    return ModelFamily.builder(LLAVA_NEXT_NAME, LinearLayers.TWO)
        .tiling(tiling(root, DEFAULT_GRIDS, vision.imageSize(), OptionalInt.empty()))
        .several(ModelFamily.SeveralImages.ALIKE)
        .tilesTogether()
        .build();
  }

  private static ModelFamily oneVision(Settings root, VisionConfig vision) {
    String ratio = root.text(RATIO, "anyres_max_9");
    Matcher limit = LIMIT.matcher(ratio);
    if (!limit.matches()) {
      throw root.error(RATIO, "is '" + ratio + "'; known: anyres_max_N, as in anyres_max_9");
    }
    OptionalInt most = OptionalInt.of(Integer.parseInt(limit.group(1)));
    return ModelFamily.builder(LLAVA_ONEVISION_NAME, LinearLayers.TWO)
        .tiling(tiling(root, ONEVISION_GRIDS, vision.imageSize(), most))
        .several(ModelFamily.SeveralImages.WHOLE)
        .build();
  }

  /**
   * Returns the family of shikras/shikra ff79a4c, {@code ShikraConvProcess} and {@code
   * Expand2square}.
   */
  private static ModelFamily shikra(Settings root, VisionConfig vision) {
    boolean ends = root.flag(START_AND_END, true);
    return ModelFamily.builder(SHIKRA_NAME, LinearLayers.ONE)
        .imageText(ends ? "<im_start>" + SHIKRA_IMAGE + "<im_end>" : SHIKRA_IMAGE)
        .padding(ModelFamily.PaddingColour.WHITE)
        .build();
  }

  private static Tiling tiling(
      Settings root, List<Tiling.Resolution> absent, int side, OptionalInt most) {
    try {
      return new Tiling(
          root.value(GRIDS).map(value -> grids(root, value)).orElse(absent), side, most);
    } catch (IllegalArgumentException e) {
      throw root.error(GRIDS, "cannot be used: " + e.getMessage());
    }
  }

  private static List<Tiling.Resolution> grids(Settings root, JsonNode value) {
    List<Tiling.Resolution> grids = new ArrayList<>();
    for (JsonNode size : value) {
      if (size.size() != 2 || !size.path(0).isInt() || !size.path(1).isInt()) {
        throw root.error(GRIDS, "must be a list of [height, width] but is " + value);
      }
      grids.add(new Tiling.Resolution(size.path(0).intValue(), size.path(1).intValue()));
    }
    return grids;
  }
}
