package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/**
 * The layout of a model that takes pictures and videos.
 *
 * @param pictures the layout of a picture, whose learned row is a video's too
 * @param videos the layout of a video
 */
public record WithVideos(SequenceLayout pictures, VideoLayout videos) implements SequenceLayout {

  @Override
  public int mostViews() {
    return pictures.mostViews();
  }

  @Override
  public int mostTokens() {
    return pictures.mostTokens();
  }

  @Override
  public Optional<WeightBlock> newline() {
    return pictures.newline();
  }

  @Override
  public Optional<Arrangement> all(ViewGrid grid) {
    return grid.isVideo() ? videos.all(grid) : pictures.all(grid);
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views) {
    return grid.isVideo() ? videos.reduced(grid, views) : pictures.reduced(grid, views);
  }

  @Override
  public int[] learned(ViewGrid grid) {
    return grid.isVideo() ? videos.learned(grid) : pictures.learned(grid);
  }

  @Override
  public int[] places(ViewGrid grid) {
    return grid.isVideo() ? videos.places(grid) : pictures.places(grid);
  }

  @Override
  public List<Integer> inSequence(List<Integer> images) {
    return pictures.inSequence(images);
  }
}
