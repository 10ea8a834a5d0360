package io.prumerge.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.image.Tiling;
import io.prumerge.text.ConversationTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads what sets a family of models apart, by {@code model_type}. Settings that only our own
 * translations of other layouts have ({@link OriginalConfig}) keep the names of those layouts.
 */
public final class FamilyReader {

  static final String TYPE = "model_type";
  static final String CONNECTION = "mm_projector_type";
  static final String START_AND_END = "mm_use_im_start_end";
  static final String LINEAR = "linear";
  static final String GRIDS = "image_grid_pinpoints";

  private static final String RATIO = "vision_aspect_ratio";
  private static final Pattern LIMIT = Pattern.compile("anyres_max_([1-9]\\d{0,2})");
  private static final String SHIKRA_IMAGE = "<im_patch>";
  private static final Map<String, BiFunction<Settings, VisionConfig, ModelFamily>> FAMILIES =
      new TreeMap<>(
          Map.of(
              ModelFamily.BLIP_2_NAME, (root, vision) -> queries(root, false),
              ModelFamily.INSTRUCT_BLIP_NAME, (root, vision) -> queries(root, true),
              ModelFamily.LLAVA_NAME, FamilyReader::llava,
              ModelFamily.LLAVA_NEXT_NAME, FamilyReader::llavaNext,
              ModelFamily.LLAVA_ONEVISION_NAME, FamilyReader::oneVision,
              ModelFamily.SHIKRA_NAME, FamilyReader::shikra));

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

  /** Refuses other families, before any setting of theirs is looked at. */
  static void requireKnown(Settings root) {
    String type =
        root.text(TYPE)
            .orElseThrow(() -> root.error(TYPE, "is missing; a LLaVA model states 'llava'"));
    if (!FAMILIES.containsKey(type)) {
      throw root.error(
          TYPE,
          "'"
              + type
              + "' is not supported; known: "
              + String.join(", ", FAMILIES.keySet())
              + "; another model can be asked at a service that serves it, as openai:URL#NAME");
    }
  }

  /** Reads a family that is known. */
  static ModelFamily read(Settings root, VisionConfig vision) {
    return FAMILIES.get(root.text(TYPE).orElseThrow()).apply(root, vision);
  }

  /**
   * Returns whether the families' settings and tensors are those of a Q-Former behind an EVA tower.
   */
  public static boolean hasQueries(Settings root) {
    String type = root.text(TYPE, "");
    return type.equals(ModelFamily.INSTRUCT_BLIP_NAME) || type.equals(ModelFamily.BLIP_2_NAME);
  }

  private static ModelFamily queries(Settings root, boolean readsText) {
    return ModelFamily.ofQueries(root.text(TYPE, ""), QFormerConfig.read(root, readsText));
  }

  private static ModelFamily llava(Settings root, VisionConfig vision) {
    boolean linear = root.text(CONNECTION, "").equals(LINEAR);
    return new ModelFamily(
        ModelFamily.LLAVA_NAME,
        linear ? ModelFamily.Connection.LINEAR : ModelFamily.Connection.MLP,
        Optional.empty(),
        Optional.empty(),
        ConversationTemplate.IMAGE_TOKEN,
        ModelFamily.PaddingColour.MEAN);
  }

  private static ModelFamily llavaNext(Settings root, VisionConfig vision) {
    return tiles(
        ModelFamily.LLAVA_NEXT_NAME,
        tiling(root, DEFAULT_GRIDS, vision.imageSize(), OptionalInt.empty()));
  }

  private static ModelFamily oneVision(Settings root, VisionConfig vision) {
    String ratio = root.text(RATIO, "anyres_max_9");
    Matcher limit = LIMIT.matcher(ratio);
    if (!limit.matches()) {
      throw root.error(RATIO, "is '" + ratio + "'; known: anyres_max_N, as in anyres_max_9");
    }
    return tiles(
        ModelFamily.LLAVA_ONEVISION_NAME,
        tiling(
            root,
            ONEVISION_GRIDS,
            vision.imageSize(),
            OptionalInt.of(Integer.parseInt(limit.group(1)))));
  }

  private static ModelFamily tiles(String name, Tiling tiling) {
    return new ModelFamily(
        name,
        ModelFamily.Connection.MLP,
        Optional.empty(),
        Optional.of(tiling),
        ConversationTemplate.IMAGE_TOKEN,
        ModelFamily.PaddingColour.MEAN);
  }

  /** shikras/shikra ff79a4c, {@code ShikraConvProcess} and {@code Expand2square}. */
  private static ModelFamily shikra(Settings root, VisionConfig vision) {
    return new ModelFamily(
        ModelFamily.SHIKRA_NAME,
        ModelFamily.Connection.LINEAR,
        Optional.empty(),
        Optional.empty(),
        root.flag(START_AND_END, true) ? "<im_start>" + SHIKRA_IMAGE + "<im_end>" : SHIKRA_IMAGE,
        ModelFamily.PaddingColour.WHITE);
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
