package io.prumerge.cost;

import io.prumerge.config.DeepStack;
import io.prumerge.config.VisionConfig;
import io.prumerge.config.WindowConfig;
import io.prumerge.image.PatchGrid;
import java.util.Optional;

/**
 * One view of an image, for a tower over views of any size; a photograph's where no image is known.
 *
 * @param grid of the rows of its features, which methods call patches
 * @param windows that most layers attend within, if there are any
 * @param deepStack as {@link VisionConfig#deepStack}
 */
public record TowerView(
    PatchGrid grid, Optional<WindowConfig> windows, Optional<DeepStack> deepStack) {}
