package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.ForwardedPatches;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One view of smaller images than the tower saw, of which methods count what they would make.
 *
 * @param grids of the smaller images
 */
record LimitedView(EncodedView image, LlavaConfig config, ViewGrids grids, int view)
    implements ForwardedPatches {

  @Override
  public List<LimitedView> views() {
    return IntStream.range(0, grids.views())
        .mapToObj(one -> new LimitedView(image, config, grids, one))
        .toList();
  }

  @Override
  public ViewSpan ownViews() {
    return grids.around(view);
  }

  @Override
  public Optional<Tiles> tiles() {
    return Optional.empty();
  }

  @Override
  public int sequence() {
    return grids.images().stream().mapToInt(config::sequence).sum();
  }

  @Override
  public int staying() {
    return GriddedView.staying(config, grids);
  }

  @Override
  public int[] learnedPlaces() {
    return config.layout().learned(grids.gridAround(view));
  }

  @Override
  public int count() {
    return grid().patches();
  }

  @Override
  public PatchGrid grid() {
    return config.patches(grids.gridAround(view));
  }

  @Override
  public int tokens() {
    return config.viewTokens(grids.gridAround(view));
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    throw new ReductionException(
        "Cannot look at a smaller picture that the tower has not seen; use resize alone");
  }
}
