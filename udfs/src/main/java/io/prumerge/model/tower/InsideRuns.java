package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.LlavaConfig.FeatureSelect;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Set;

/** The runs of the methods that act inside the tower, each over all images of a batch. */
final class InsideRuns {

  private final Torch torch;
  private final LlavaConfig config;
  private final TowerLayers layers;

  InsideRuns(Torch torch, LlavaConfig config, TowerLayers layers) {
    this.torch = torch;
    this.config = config;
    this.layers = layers;
  }

  /**
   * Runs each method and gives the images what it left of them.
   *
   * @param images the batch, the views of an image together
   * @param plan of the run that all methods share
   * @param shared what that run left
   * @param forked its hidden states at the plan's forks
   */
  void run(
      Set<VisionTower.TowerMethod> methods,
      List<EncodedView> images,
      TowerReach.TowerPlan plan,
      TowerRun.Shared shared,
      Torch.Value forked) {
    if (!cuts()) {
      return; // a method fails when it takes its tokens
    }
    for (VisionTower.TowerMethod method : methods) {
      int fork = plan.fork(layers.reach().shared(method.inside()));
      Torch.Value rows = torch.call("tower_rows", forked, fork);
      try (TowerRun run =
          new TowerRun(torch, layers, method.inside(), shared, rows, images.size())) {
        for (int place = 0; place < images.size(); place += images.get(place).views().size()) {
          add(method, images.get(place).views(), place, run);
        }
        run.run();
      }
    }
  }

  private boolean cuts() {
    return config.select() == FeatureSelect.DEFAULT && config.visionFeatureLayers().size() == 1;
  }

  // Nothing of an image that cannot have the number of tokens: it fails when it is reduced.
  private static void add(
      VisionTower.TowerMethod method, List<EncodedView> views, int place, TowerRun run) {
    int[] tokens;
    try {
      TokenReducer sized = method.reducer().on(views.get(0)); // once for all views
      tokens = views.stream().mapToInt(sized::tokens).toArray();
    } catch (ReductionException e) {
      return;
    }
    for (int view = 0; view < tokens.length; view++) {
      run.add(views.get(view), place + view, tokens[view]);
    }
  }
}
