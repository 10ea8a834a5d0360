package io.prumerge.model.tower;

import io.prumerge.architecture.SequenceLayout;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.MethodCost;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Tiles;
import java.util.List;
import java.util.Optional;

/** A view by its model's configuration and the grids of its images, whatever they show. */
interface GriddedView extends PatchTokens {

  /** Returns the model's configuration. */
  LlavaConfig config();

  /** Returns the grids of all images of the prompt. */
  ViewGrids grids();

  @Override
  default ViewSpan ownViews() {
    return grids().around(view());
  }

  @Override
  default Optional<Tiles> tiles() {
    if (ofVideo() || !config().family().tilesTogether()) {
      return Optional.empty();
    }
    ViewGrid grid = grids().gridAround(view());
    return config().layout().all(grid).map(all -> new Tiles(grid.cols(), all.sources()));
  }

  @Override
  default int count() {
    return grid().patches();
  }

  @Override
  default PatchGrid grid() {
    return config().patches(image());
  }

  /** Returns its image, with all its views. */
  default ViewGrid image() {
    return grids().gridAround(view());
  }

  @Override
  default boolean ofVideo() {
    return image().isVideo();
  }

  @Override
  default boolean behindConnector() {
    return config().pooled(image()).isPresent();
  }

  @Override
  default boolean amongText() {
    return config().amongText(image());
  }

  @Override
  default int tokens() {
    return config().viewTokens(image());
  }

  @Override
  default int sequence() {
    return grids().images().stream().mapToInt(config()::sequence).sum();
  }

  @Override
  default int staying() {
    return staying(config(), grids());
  }

  @Override
  default int[] learnedPlaces() {
    return config().layout().learned(image());
  }

  static int staying(LlavaConfig config, ViewGrids grids) {
    SequenceLayout layout = config.layout();
    return grids.images().stream().mapToInt(image -> layout.learned(image).length).sum();
  }

  /** Returns whether images keep about their own size. */
  default boolean keepsSize() {
    return config().family().size().isPresent();
  }

  /** Returns the times of all views of its video in positions of three parts, from 0. */
  default List<Integer> times() {
    return config().times(image());
  }

  /** Returns {@link #sequence} where no method limits the images. */
  default int unlimited() {
    return grids().images().stream()
        .map(
            one ->
                one.isVideo()
                    ? one.ofFrames(one.seenFrames().chosen())
                    : config().views(one.picture().width(), one.picture().height()))
        .mapToInt(config()::sequence)
        .sum();
  }

  @Override
  default Measures measures() {
    return new MethodCost(CostModel.of(config()));
  }
}
