package io.prumerge.run;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.size.Tiling;
import io.prumerge.settings.RunConfiguration;
import java.util.Optional;

/**
 * One model's run.
 *
 * @param shape the model's dimensions, if its folder is still there
 * @param tiling likewise its grids of tiles, if it sees some
 */
public record ModelRun(
    String id,
    RunConfiguration configuration,
    Optional<ModelShape> shape,
    Optional<Tiling> tiling) {

  /** Returns the model's name, as in the tables. */
  public String model() {
    return configuration.name();
  }
}
