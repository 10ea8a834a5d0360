package io.prumerge.image.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongestEdgeTilingTest {

  @ParameterizedTest
  @CsvSource({
    "640, 480, 1536, 2048, 3, 4",
    "100, 100, 2048, 2048, 4, 4", // enlarged
    "4000, 3000, 1536, 2048, 3, 4",
    "1, 900, 2048, 2, 4, 1",
    "900, 1, 2, 2048, 1, 4",
    "2048, 1025, 1026, 2048, 3, 4", // made even
  })
  void thePublishedSizesGiveTheseGrids(
      int width, int height, int toHeight, int toWidth, int rows, int cols) {
    LongestEdgeTiling tiling = new LongestEdgeTiling(512, 2048, true);
    assertThat(tiling.enlarged(width, height)).isEqualTo(new Resolution(toHeight, toWidth));
    assertThat(tiling.grid(width, height)).isEqualTo(new ViewGrid(width, height, rows, cols));
    assertThat(tiling.mostViews()).isEqualTo(17);
    assertThat(new LongestEdgeTiling(512, 2048, false).grid(width, height).tiles()).isZero();
    assertThat(new LongestEdgeTiling(512, 512, true).grid(width, height).tiles()).isZero();
  }

  @Test
  void noSideIsLongerThanTheReferencesLimit() {
    LongestEdgeTiling tiling = new LongestEdgeTiling(1024, 5000, true);
    assertThat(tiling.enlarged(100, 50)).isEqualTo(new Resolution(2048, 4096));
    assertThat(tiling.enlarged(50, 100)).isEqualTo(new Resolution(4096, 2048));
    assertThat(tiling.grid(100, 50)).isEqualTo(new ViewGrid(100, 50, 2, 4));
  }

  @ParameterizedTest
  @CsvSource({"32, 321", "32, 0", "0, 32"})
  void refusesTooManyTiles(int side, int longest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LongestEdgeTiling(side, longest, true))
        .withMessageStartingWith("a longest_edge of " + longest + " pixels is not 1 to 10 tiles");
  }
}
