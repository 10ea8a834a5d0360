package io.prumerge.family;

import io.prumerge.config.Settings;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The layout of LLaVA's and Shikra's authors.
 *
 * @param flat their config.json
 * @param vocabulary as {@link SplitLayout#vocabulary}
 * @param imageToken returns the id of the image's token by a folder; empty where there is none
 */
record OriginalLayout(Settings flat, OptionalInt vocabulary, Function<Path, OptionalInt> imageToken)
    implements SplitLayout {

  @Override
  public String tower() {
    return OriginalConfig.tower(flat);
  }

  @Override
  public boolean ownTower() {
    return flat.flag("unfreeze_mm_vision_tower", false);
  }

  @Override
  public Settings translated(Path folder, Settings tower) {
    return OriginalConfig.translated(flat, tower, imageToken.apply(folder));
  }
}
