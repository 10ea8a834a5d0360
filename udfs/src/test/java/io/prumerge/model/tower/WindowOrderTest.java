package io.prumerge.model.tower;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.config.WindowConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of a view's patches, in which the kernel has their pixels and positions too. */
class WindowOrderTest {

  private static final int SIDE = 6; // of a view, in patches of one pixel
  private static final float[] RASTER = raster(); // of each patch its place in raster order

  private static float[] raster() {
    float[] values = new float[SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void isThatOfTheKernel(int block) {
    PatchGrid grid = new PatchGrid(SIDE / block, SIDE / block);
    int[] coordinates = order(grid, all(grid), Optional.empty(), block).coordinates(List.of(grid));
    float[] places = new float[SIDE * SIDE];
    for (int patch = 0; patch < places.length; patch++) {
      places[patch] = coordinates[2 * patch] * SIDE + coordinates[2 * patch + 1];
    }
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value pixels = torch.tensor(RASTER, like, 1, 1, SIDE, SIDE);
        Torch.Value table = torch.tensor(RASTER, like, SIDE * SIDE, 1);
        Torch.Value rows = torch.call("patch_rows", pixels, 1, block);
        Torch.Value moment = torch.call("first_columns", rows, 1);
        Torch.Value positions = torch.call("learned_positions", table, SIDE, SIDE, SIDE, block)) {
      assertThat(floats(torch, moment)).containsExactly(places);
      assertThat(floats(torch, positions)).containsExactly(places);
    }
  }

  private static int[] all(PatchGrid grid) {
    return IntStream.range(0, grid.patches()).toArray();
  }

  private static WindowOrder order(
      PatchGrid grid, int[] kept, Optional<WindowConfig> windows, int block) {
    return WindowOrder.of(List.of(grid), List.of(kept), windows, block);
  }

  /** Some blocks of two views: numbers go through all blocks, places through those that run. */
  @Test
  void someBlocksRunAlone() {
    List<PatchGrid> grids = List.of(new PatchGrid(2, 3), new PatchGrid(1, 4));
    WindowOrder order =
        WindowOrder.of(grids, List.of(new int[] {0, 4}, new int[] {1, 2, 3}), Optional.empty(), 1);
    assertThat(order.blocks()).containsExactly(0, 4, 7, 8, 9);
    assertThat(order.places()).containsExactly(0, 1, 2, 3, 4);
    assertThat(order.coordinates(grids)).containsExactly(0, 0, 1, 1, 0, 1, 0, 2, 0, 3);
    assertThat(order.counts()).containsExactly(1, 1);
    assertThat(order.lengths()).containsExactly(2, 3);
  }

  /** Windows are the whole view's: 2 x 2 blocks each; one of them has lost all, two have one. */
  @Test
  void aWindowHasThoseOfItsBlocksThatRun() {
    PatchGrid grid = new PatchGrid(4, 4);
    WindowOrder order =
        order(grid, new int[] {0, 1, 5, 7, 13}, Optional.of(new WindowConfig(2, List.of(1))), 2);
    assertThat(order.blocks()).containsExactly(7, 13, 0, 1, 5);
    assertThat(order.places()).containsExactly(2, 3, 4, 0, 1);
    assertThat(order.counts()).containsExactly(2, 1);
    assertThat(order.lengths()).containsExactly(4, 12);
  }

  private static float[] floats(Torch torch, Torch.Value tensor) {
    try (Torch.Value host = torch.call("floats", tensor)) {
      return host.toFloats(torch);
    }
  }
}
