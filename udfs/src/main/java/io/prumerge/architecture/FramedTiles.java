package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.Tiling;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Idefics3's and SmolVLM's layout (transformers 4.57.1, {@code processing_idefics3.py}, {@code
 * _prompt_split_image}): the rows of an image's tiles, tile by tile, then those of the whole image,
 * each view a run of its own, because the prompt has text around each. What a method left stands in
 * the same runs.
 *
 * @param tiling which grids there are
 * @param tokens of one view before any reduction
 */
public record FramedTiles(Tiling tiling, int tokens) implements SequenceLayout {

  private ThumbnailLast order() {
    return new ThumbnailLast(tiling, tokens);
  }

  @Override
  public int mostViews() {
    return order().mostViews();
  }

  @Override
  public int mostTokens() {
    return order().mostTokens();
  }

  @Override
  public Optional<WeightBlock> newline() {
    return Optional.empty();
  }

  @Override
  public Optional<Arrangement> all(ViewGrid grid) {
    List<Integer> runs = Collections.nCopies(grid.views(), tokens);
    return order().all(grid).map(rows -> new Arrangement(rows.order(), runs));
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views) {
    List<Integer> runs =
        Stream.concat(views.stream().skip(1), views.stream().limit(1))
            .map(ViewTokens::count)
            .toList();
    return order().reduced(grid, views).map(rows -> new Arrangement(rows.order(), runs));
  }

  @Override
  public int[] places(ViewGrid grid) {
    return order().places(grid);
  }
}
