package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * IDEFICS' layout: an image's rows stand outside the sequence, in which its token stays one of the
 * text.
 *
 * @param tokens of an image
 */
public record CrossAttentionLayout(int tokens) implements OneView {

  @Override
  public int mostTokens() {
    return tokens;
  }

  @Override
  public List<Integer> inSequence(List<Integer> images) {
    return Collections.nCopies(images.size(), 1);
  }

  @Override
  public int[] places(ViewGrid grid) {
    return IntStream.range(0, tokens).toArray();
  }
}
