package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.model.tower.PreparedImages.PreparedView;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a run of the tower left of one image, on the device; or of a batch, with B in front.
 *
 * @param features selected features [T, F], CLS first where there is one
 * @param lastInput input of the tower's last layer [T, C]; null of a tower that nothing scores
 * @param queries of the watched layers, a list of [heads, T, head]
 * @param keys likewise
 * @param watched indices of these layers, rising
 * @param layers that ran; the features and the last layer's input are there if these did
 */
record TowerStates(
    Torch.Value features,
    Torch.Value lastInput,
    Torch.Value queries,
    Torch.Value keys,
    List<Integer> watched,
    int layers)
    implements AutoCloseable {

  /** Returns those of one image of the batch, to be closed by themselves. */
  TowerStates image(Torch torch, int place) {
    List<Torch.Value> open = new ArrayList<>();
    try {
      open.add(torch.call("row", features, place));
      open.add(torch.call("row", lastInput, place));
      open.add(torch.call("rows_of", queries, place));
      open.add(torch.call("rows_of", keys, place));
      return new TowerStates(open.get(0), open.get(1), open.get(2), open.get(3), watched, layers);
    } catch (RuntimeException e) {
      open.forEach(Torch.Value::close);
      throw e;
    }
  }

  @Override
  public void close() {
    features.close();
    if (lastInput != null) {
      lastInput.close();
    }
    queries.close();
    keys.close();
  }

  /**
   * What a run of a tower over views of any size left: their rows one after the other, so that
   * nothing is padded.
   */
  static final class PackedStates implements AutoCloseable {

    private static final int PATCHES = 4;

    private final Torch torch;
    private final List<PatchGrid> grids;
    private final TowerReach.TowerPlan plan;
    private final Torch.Value[] made;

    private PackedStates(
        Torch torch, List<PatchGrid> grids, TowerReach.TowerPlan plan, Torch.Value[] made) {
      this.torch = torch;
      this.grids = grids;
      this.plan = plan;
      this.made = made;
    }

    /**
     * Runs the tower.
     *
     * @param grids blocks of each view
     */
    static PackedStates of(
        Torch torch,
        LlavaConfig config,
        TowerModule module,
        List<PreparedView> inputs,
        List<PatchGrid> grids,
        TowerReach.TowerPlan plan) {
      int edge = config.vision().blockSize();
      WindowOrder order = WindowOrder.of(grids, config.vision().windows());
      List<Torch.Value> views = new ArrayList<>();
      try {
        for (int i = 0; i < inputs.size(); i++) {
          long height = (long) edge * grids.get(i).rows();
          long width = (long) edge * grids.get(i).cols();
          views.add(
              module.tensor(inputs.get(i).pixels(), config.vision().channels(), height, width));
        }
        return new PackedStates(
            torch,
            grids,
            plan,
            module.run(
                views,
                List.of(order.blocks(), order.places(), order.turns(grids)),
                grids.stream().mapToInt(grid -> PATCHES * grid.patches()).toArray(),
                order,
                plan));
      } finally {
        views.forEach(Torch.Value::close);
      }
    }

    /** Returns those of one view, to be closed by themselves. */
    TowerStates view(int place) {
      int first = grids.subList(0, place).stream().mapToInt(PatchGrid::patches).sum();
      int end = first + grids.get(place).patches();
      List<Torch.Value> open = new ArrayList<>();
      try {
        open.add(torch.call("between", made[0], first, end));
        open.add(torch.call("qwen_rows", made[1], PATCHES * first, PATCHES * end));
        open.add(torch.call("qwen_rows", made[2], PATCHES * first, PATCHES * end));
        List<Integer> watched = IntStream.of(plan.watched()).boxed().toList();
        return new TowerStates(open.get(0), null, open.get(1), open.get(2), watched, plan.run());
      } catch (RuntimeException e) {
        open.forEach(Torch.Value::close);
        throw e;
      }
    }

    @Override
    public void close() {
      Arrays.stream(made).forEach(Torch.Value::close);
    }
  }
}
