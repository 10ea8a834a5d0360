package io.prumerge.image.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BestFitTilingTest {

  private static Tiling tiling(int side, String resolutions) {
    List<Resolution> all = new ArrayList<>();
    for (String one : resolutions.split(" ")) {
      String[] size = one.split("x");
      all.add(new Resolution(Integer.parseInt(size[0]), Integer.parseInt(size[1])));
    }
    return new BestFitTiling(all, side);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 2", // all are equally good: the first
    "336, 336, 1, 2",
    "336, 672, 2, 1",
    "1000, 333, 1, 3",
    "999, 333, 1, 3",
    "10000, 1, 1, 2", // nothing of it is left in any
    "1, 10000, 1, 2",
    "640, 480, 2, 2",
  })
  void takesTheGridThatShowsMost(int width, int height, int rows, int cols) {
    Tiling tiling = tiling(336, "336x672 672x336 672x672 1008x336 336x1008");
    assertThat(tiling.grid(width, height)).isEqualTo(new ViewGrid(width, height, rows, cols));
  }

  @ParameterizedTest
  @CsvSource({
    "28x29, no grid",
    "0x28, no grid",
    "28x-28, no grid",
    "2828x28, no grid",
  })
  void refusesOtherGrids(String resolution, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiling(28, resolution))
        .withMessageContaining(problem);
  }
}
