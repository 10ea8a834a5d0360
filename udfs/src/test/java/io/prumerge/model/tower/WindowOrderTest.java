package io.prumerge.model.tower;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.PatchGrid;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.List;
import java.util.Optional;
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
    int[] coordinates =
        WindowOrder.of(List.of(grid), Optional.empty(), block).coordinates(List.of(grid));
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

  private static float[] floats(Torch torch, Torch.Value tensor) {
    try (Torch.Value host = torch.call("floats", tensor)) {
      return host.toFloats(torch);
    }
  }
}
