package io.prumerge.image.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.image.ViewGrid;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestAspectTilingTest {

  @Test
  void takesTheGridOfTheNearestAspect() throws IOException {
    JsonNode sizes = io.prumerge.Goldens.json("intern/intern.json").get("sizes");
    assertThat(sizes.size()).isGreaterThan(1000);
    for (JsonNode row : sizes) {
      int height = row.get(0).asInt();
      int width = row.get(1).asInt();
      int cols = row.get(4).asInt();
      int rows = row.get(5).asInt();
      Tiling tiling = new NearestAspectTiling(448, row.get(2).asInt(), row.get(3).asInt());
      ViewGrid expected =
          rows * cols == 1
              ? ViewGrid.whole(width, height)
              : new ViewGrid(width, height, rows, cols);
      assertThat(tiling.grid(width, height)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 12, 13", "1, 1, 1", "3, 4, 5"})
  void countsViewsWithTheWholeImage(int least, int most, int views) {
    assertThat(new NearestAspectTiling(448, least, most).mostViews()).isEqualTo(views);
  }

  @ParameterizedTest
  @CsvSource({"0, 12", "5, 4", "1, 101"})
  void refusesNumbersOfTilesThatAreNone(int least, int most) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NearestAspectTiling(448, least, most))
        .withMessageContaining("mend min_patches and max_patches");
  }
}
