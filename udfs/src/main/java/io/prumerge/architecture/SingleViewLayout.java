package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.stream.IntStream;

/**
 * LLaVA-1.5's layout.
 *
 * @param tokens of an image before any reduction
 */
public record SingleViewLayout(int tokens) implements OneView {

  @Override
  public int mostTokens() {
    return tokens;
  }

  @Override
  public int[] places(ViewGrid grid) {
    return IntStream.range(0, tokens).toArray();
  }
}
