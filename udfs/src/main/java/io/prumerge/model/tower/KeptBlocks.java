package io.prumerge.model.tower;

import io.prumerge.reduction.PixelRule;
import java.util.List;

/**
 * The blocks of a view's pixels that a method left for the tower, which runs over these alone.
 *
 * @param rule of the method
 * @param blocks rising, at least one
 */
record KeptBlocks(PixelRule rule, List<Integer> blocks) {

  KeptBlocks {
    blocks = List.copyOf(blocks);
  }

  int[] places() {
    return blocks.stream().mapToInt(Integer::intValue).toArray();
  }
}
