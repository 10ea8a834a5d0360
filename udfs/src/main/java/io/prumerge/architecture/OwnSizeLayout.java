package io.prumerge.architecture;

import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.NativeSize;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Qwen2-VL's layout: the view has as many tokens as the image's size gives.
 *
 * @param size of pictures
 * @param frames the size of a video's; empty where the model takes none
 */
public record OwnSizeLayout(NativeSize size, Optional<FrameSize> frames) implements OneView {

  @Override
  public int mostTokens() {
    long most = size.most() / ((long) size.multiple() * size.multiple());
    return Math.toIntExact(Math.max(1, most));
  }

  @Override
  public int[] places(ViewGrid grid) {
    PatchGrid view =
        frames
            .filter(video -> grid.isVideo())
            .map(video -> video.grid(grid))
            .orElse(size.grid(grid));
    return IntStream.range(0, view.patches()).toArray();
  }
}
