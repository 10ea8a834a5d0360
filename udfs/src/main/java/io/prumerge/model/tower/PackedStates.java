package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a run of a tower over views of any size, or some blocks of them, left: their rows one after
 * the other, so that nothing is padded.
 */
final class PackedStates implements AutoCloseable {

  private final Torch torch;
  private final List<int[]> kept;
  private final int patchesOfBlock;
  private final TowerPlan plan;
  private final Torch.Value[] made;

  private PackedStates(
      Torch torch, List<int[]> kept, int patchesOfBlock, TowerPlan plan, Torch.Value[] made) {
    this.torch = torch;
    this.kept = kept;
    this.patchesOfBlock = patchesOfBlock;
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
      TowerPixels pixels,
      List<PreparedView> inputs,
      List<PatchGrid> grids,
      TowerPlan plan) {
    int edge = config.vision().blockSize();
    int patchesOfBlock = config.vision().kind().patchesOfBlock();
    List<int[]> kept = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int blocks = grids.get(i).patches();
      kept.add(
          inputs
              .get(i)
              .kept()
              .map(KeptBlocks::places)
              .orElseGet(() -> IntStream.range(0, blocks).toArray()));
    }
    WindowOrder order =
        WindowOrder.of(grids, kept, config.vision().windows(), config.vision().kind().block());
    List<Torch.Value> views = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        int height = edge * grids.get(i).rows();
        int width = edge * grids.get(i).cols();
        views.add(pixels.tensor(inputs.get(i).input().moments(), height, width));
      }
      return new PackedStates(
          torch,
          kept,
          patchesOfBlock,
          plan,
          module.run(
              views,
              List.of(order.blocks(), order.places(), order.coordinates(grids)),
              kept.stream().mapToInt(own -> patchesOfBlock * own.length).toArray(),
              order,
              plan));
    } finally {
      views.forEach(Torch.Value::close);
    }
  }

  /** Returns the states of one view, to be closed separately. */
  TowerStates view(int place) {
    int first = kept.subList(0, place).stream().mapToInt(own -> own.length).sum();
    int end = first + kept.get(place).length;
    List<Torch.Value> open = new ArrayList<>();
    try {
      open.add(torch.call("between", made[0], first, end));
      open.add(torch.call("packed_rows", made[1], patchesOfBlock * first, patchesOfBlock * end));
      open.add(torch.call("packed_rows", made[2], patchesOfBlock * first, patchesOfBlock * end));
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
