package io.prumerge.plan;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.rule.PictureTokens;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.reduction.RequestFields;
import io.prumerge.text.TiledImageText;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The rule of a checkpoint of which the settings are here: what this program's own image processor
 * of its family makes of a picture.
 *
 * @param folder as it is named
 */
record CheckpointRule(String folder, LlavaConfig config) implements ServedRule {

  private static final String LEAST = "min_pixels";
  private static final String MOST = "max_pixels";
  private static final Set<String> TILES = Set.of("max_dynamic_patch", "max_patches");

  /** A token of its own, as special ones are written. */
  private static final Pattern SPECIAL = Pattern.compile("<[^<>]+>");

  @Override
  public Optional<TokenRule> of(RequestFields fields) {
    SortedMap<String, String> asked = fields.settings();
    if (asked.isEmpty()) {
      return Optional.of((width, height) -> tokens(config, config.views(width, height)));
    }
    if (config.family().size().isPresent() && Set.of(LEAST, MOST).containsAll(asked.keySet())) {
      LlavaConfig sized =
          config.within(new ImageBounds(number(asked, LEAST), number(asked, MOST), 0));
      return Optional.of((width, height) -> tokens(sized, sized.views(width, height)));
    }
    if (config.family().tiling().isPresent()
        && asked.size() == 1
        && TILES.contains(asked.firstKey())) {
      PictureLimit limit = new PictureLimit.Tiles(number(asked, asked.firstKey()));
      return Optional.of(
          (width, height) -> tokens(config, config.within(limit, config.views(width, height))));
    }
    return Optional.empty();
  }

  private static int number(SortedMap<String, String> asked, String key) {
    return Integer.parseInt(asked.getOrDefault(key, "0"));
  }

  private static PictureTokens tokens(LlavaConfig config, ViewGrid image) {
    Optional<TiledImageText> tiled = config.family().tiledText().filter(any -> image.tiles() > 0);
    String text = tiled.map(some -> some.of(image)).orElse(config.family().imageText());
    int placeholders = tiled.isPresent() ? image.views() : 1;
    int special = (int) SPECIAL.matcher(text).results().count() - placeholders;
    return new PictureTokens(config.sequence(image), Math.max(0, special));
  }

  @Override
  public String toString() {
    return folder;
  }
}
