package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A video each of whose views has the rows of a picture without tiles, in time.
 *
 * @param pictures the layout of these
 * @param apart whether the prompt has text between the views: then each is a run of its own, and
 *     what a method left of it stands there
 */
public record ViewsInTime(SequenceLayout pictures, boolean apart) implements VideoLayout {

  @Override
  public Optional<Arrangement> all(ViewGrid video) {
    return inRuns(Collections.nCopies(video.views(), tokens(video)));
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid video, List<ViewTokens> views) {
    return inRuns(views.stream().map(ViewTokens::count).toList());
  }

  private Optional<Arrangement> inRuns(List<Integer> views) {
    int rows = views.stream().mapToInt(Integer::intValue).sum();
    return apart
        ? Optional.of(new Arrangement(IntStream.range(0, rows).toArray(), views))
        : Optional.empty();
  }

  @Override
  public int[] places(ViewGrid video) {
    return IntStream.range(0, video.views() * tokens(video)).toArray();
  }

  // Of one view.
  private int tokens(ViewGrid video) {
    return pictures.places(video).length;
  }
}
