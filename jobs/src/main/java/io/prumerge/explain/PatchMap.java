package io.prumerge.explain;

import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.reduction.run.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Patches side by side on the picture: those of the whole image, those of all its tiles, or those
 * of one view of a video. They are numbered row by row.
 */
final class PatchMap {

  private final Explanation explanation;
  private final RgbImage picture;
  private final int first; // view
  private final int tileRows;
  private final int tileCols;
  private final List<Float> attention;

  private PatchMap(
      Explanation explanation, RgbImage picture, int first, int tileRows, int tileCols) {
    this.explanation = explanation;
    this.picture = picture;
    this.first = first;
    this.tileRows = tileRows;
    this.tileCols = tileCols;
    this.attention =
        IntStream.range(0, count())
            .map(this::number)
            .mapToObj(patch -> view(patch).attention().get(patch % explanation.patches()))
            .toList();
  }

  /** Returns the whole image. */
  static PatchMap whole(Explanation explanation) {
    return new PatchMap(explanation, explanation.picture(), 0, 1, 1);
  }

  /** Returns the tiles of an image that has some. */
  static Optional<PatchMap> tiles(Explanation explanation) {
    ViewGrid grid = explanation.grid();
    return grid.tiles() == 0
        ? Optional.empty()
        : Optional.of(
            new PatchMap(explanation, explanation.picture(), 1, grid.rows(), grid.cols()));
  }

  /**
   * Returns one view of a video.
   *
   * @param picture that is shown for it
   */
  static PatchMap ofVideo(Explanation explanation, RgbImage picture, int view) {
    return new PatchMap(explanation, picture, view, 1, 1);
  }

  RgbImage picture() {
    return picture;
  }

  /** Returns whether these are tiles' patches. */
  boolean isTiled() {
    return first > 0 && !explanation.grid().isVideo();
  }

  int cols() {
    return tileCols * explanation.patchGrid().cols();
  }

  int count() {
    return views().size() * explanation.patches();
  }

  /** Returns the views whose patches these are. */
  List<ExplainedView> views() {
    return explanation.views().subList(first, first + tileRows * tileCols);
  }

  /** Returns the area of all patches together. */
  Area seen() {
    return views().stream().map(ExplainedView::seen).reduce(Area::with).orElseThrow();
  }

  /** Returns the area that a patch shows. */
  Area patch(int place) {
    return explanation.patch(number(place));
  }

  /** Returns whose attention it is. */
  AttentionSource source() {
    return AttentionSource.of(explanation);
  }

  /** Returns the attention to each patch; each view's has a sum of its own. */
  List<Float> attention() {
    return attention;
  }

  /** Returns the patches that are outliers of their view's attention. */
  List<Integer> outliers() {
    List<Integer> outliers = new ArrayList<>();
    for (int view = first; view < first + views().size(); view++) {
      for (int patch : explanation.views().get(view).outliers()) {
        outliers.add(place(view * explanation.patches() + patch));
      }
    }
    return outliers.stream().sorted().toList();
  }

  /**
   * Returns the patches of these that a method keeps, in the order fed; empty if it drops nothing.
   */
  Optional<List<Integer>> kept(MethodChoice choice) {
    return choice.kept().map(this::here);
  }

  /** Returns the places here of those given patches of the image that these views show. */
  List<Integer> here(List<Integer> patches) {
    return patches.stream().filter(this::here).map(this::place).toList();
  }

  /**
   * Returns the tokens of these patches, if some of them are merged; patches of other views that
   * are merged into them, as those of a video are, are left out.
   */
  List<Merge> merges(MethodChoice choice) {
    return choice.merges().stream()
        .filter(merge -> here(merge.position()))
        .map(merge -> merge.among(this::here).at(this::place))
        .toList();
  }

  /** Returns the tokens of these patches that the language model receives. */
  int tokens(MethodChoice choice) {
    return choice.tokens().subList(first, first + views().size()).stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** Returns the patches or sums of these patches that a method makes tokens of. */
  int made(MethodChoice choice) {
    return works(choice).mapToInt(ReductionWork::kept).sum();
  }

  /** Returns the summary tokens of these patches. */
  int summaries(MethodChoice choice) {
    return (int) works(choice).filter(ReductionWork::summary).count();
  }

  private Stream<ReductionWork> works(MethodChoice choice) {
    return choice.work().views().subList(first, first + views().size()).stream();
  }

  private ExplainedView view(int patch) {
    return explanation.views().get(patch / explanation.patches());
  }

  private boolean here(int patch) {
    int view = patch / explanation.patches();
    return view >= first && view < first + views().size();
  }

  /** Returns a patch's number through all views of the image. */
  private int number(int place) {
    PatchGrid grid = explanation.patchGrid();
    int row = place / cols();
    int col = place % cols();
    int view = first + row / grid.rows() * tileCols + col / grid.cols();
    return view * explanation.patches() + row % grid.rows() * grid.cols() + col % grid.cols();
  }

  /** Returns the opposite of {@link #number}. */
  private int place(int number) {
    PatchGrid grid = explanation.patchGrid();
    int tile = number / explanation.patches() - first;
    int patch = number % explanation.patches();
    int row = tile / tileCols * grid.rows() + patch / grid.cols();
    return row * cols() + tile % tileCols * grid.cols() + patch % grid.cols();
  }
}
