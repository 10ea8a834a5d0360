package io.prumerge.architecture;

import io.prumerge.image.NativeSize;
import io.prumerge.image.ViewGrid;
import java.util.stream.IntStream;

/** Qwen2-VL's layout: the view has as many tokens as the image's size gives. */
public record OwnSizeLayout(NativeSize size) implements OneView {

  @Override
  public int mostTokens() {
    long most = size.most() / ((long) size.multiple() * size.multiple());
    return Math.toIntExact(Math.max(1, most));
  }

  @Override
  public int[] places(ViewGrid grid) {
    return IntStream.range(0, size.grid(grid).patches()).toArray();
  }
}
