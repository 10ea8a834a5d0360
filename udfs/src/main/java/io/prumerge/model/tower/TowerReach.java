package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.lang.Text;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerLayer;
import java.util.stream.IntStream;

/** How far into the tower something reaches: its features, a method, all methods together. */
record TowerReach(LlavaConfig config) {

  /** Returns the number of layers that the features need. */
  int features() {
    return config.featureDepth();
  }

  /** Returns whether the last layer's input is known after {@code layersRan} layers. */
  boolean lastInput(int layersRan) {
    return layersRan >= config.vision().encoder().layers() - 1;
  }

  /** Returns a layer's index from 0; it may not be there. */
  int index(TowerLayer layer) {
    return layer.index(config.vision().encoder().layers(), features(), config.vision()::whole);
  }

  /**
   * Returns the index of a layer that methods can look at.
   *
   * @throws ReductionException if the features do not need it, or it attends within windows
   */
  int seen(TowerLayer layer) {
    int index = index(layer);
    if (index < 0 || index >= features()) {
      throw new ReductionException(
          Text.format(
              "Cannot look at layer %d of the vision tower: the features need layers 1 to %d",
              index + 1, features()));
    }
    if (!config.vision().whole(index)) {
      throw new ReductionException(
          Text.format(
              "Cannot look at layer %d of the vision tower: it attends within windows; layers that"
                  + " do not: %s",
              index + 1,
              IntStream.range(0, features())
                  .filter(config.vision()::whole)
                  .mapToObj(whole -> whole + 1)
                  .toList()));
    }
    return index;
  }

  /**
   * Returns the number of layers that run for all methods together before this one's patches part
   * from the others'.
   */
  int shared(InTower method) {
    return Math.max(0, Math.min(features(), method.shared(features())));
  }

  /**
   * Returns how many of the layers that run for all methods together a method needs; -1 for a
   * method that does not even see the embeddings.
   */
  int of(TokenReducer reducer) {
    if (TowerDepth.ownImage(reducer)) {
      return -1;
    }
    return TowerDepth.takesFeatures(reducer)
        ? features()
        : reducer.inTower().map(this::shared).orElseThrow();
  }

  /** Returns the layers of a run for several methods. */
  TowerPlan plan(TowerDepth depth) {
    int[] forks =
        depth.inside().stream()
            .mapToInt(method -> shared(method.inside()))
            .sorted()
            .distinct()
            .toArray();
    int looked = forks.length == 0 ? 0 : forks[forks.length - 1];
    return new TowerPlan(run(depth, looked), watched(depth, looked), looked, forks);
  }

  private int run(TowerDepth depth, int looked) {
    if (depth.scores()) {
      return Math.max(features(), config.vision().encoder().layers() - 1);
    }
    return depth.features() ? features() : looked;
  }

  // A layer that is not there fails the method which looks at it.
  private int[] watched(TowerDepth depth, int looked) {
    return IntStream.concat(
            IntStream.range(0, looked),
            depth.watched().stream()
                .mapToInt(this::index)
                .filter(index -> index >= 0 && index < features()))
        .sorted()
        .distinct()
        .toArray();
  }
}
