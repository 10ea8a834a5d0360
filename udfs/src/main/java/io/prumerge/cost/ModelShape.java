package io.prumerge.cost;

import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.Arrays;

/**
 * The dimensions that decide what a model costs. Biases and tying change parameters and bytes,
 * never FLOPs.
 */
public record ModelShape(TowerShape tower, Connector connector, DecoderShape decoder) {

  /** Returns the dimensions of a checkpoint; over a photograph, where views are of any size. */
  public static ModelShape of(LlavaConfig config) {
    return of(config, LlavaConfig.PHOTOGRAPH);
  }

  /** Returns a model's shape over an image of this grid. */
  public static ModelShape of(LlavaConfig config, ViewGrid image) {
    return new ModelShape(
        TowerShape.of(config, image), config.connector(), DecoderShape.of(config));
  }

  /** Returns this shape over one view of the work, where views are of any size. */
  public ModelShape over(ImageWork work, int view) {
    return new ModelShape(tower.over(work, view), connector, decoder);
  }

  /** Returns this shape over a view of these patches, where views are of any size. */
  public ModelShape over(PatchGrid grid) {
    return new ModelShape(tower.over(grid), connector, decoder);
  }

  /** Refuses the dimensions of a part that are not all at least 1. */
  static void requirePositive(long... dimensions) {
    for (long dimension : dimensions) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot count a model with dimensions %s: each must be at least 1",
                Arrays.toString(dimensions)));
      }
    }
  }

  /** Returns the elements of all weights, the embedding and the tower's last layer included. */
  public long parameters() {
    return sum(visionParameters(), decoder.parameters());
  }

  /** Returns the elements of the tower's and the connector's weights. */
  public long visionParameters() {
    return sum(
        tower.parameters(),
        sum(connector.blocks().stream().mapToLong(WeightBlock::elements).toArray()));
  }
}
