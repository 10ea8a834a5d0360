package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.mini.scene.Layer.ShapeMasks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ShapeMasksTest {

  /** Areas by formula: square and cross from their sides, the star from its corners. */
  @ParameterizedTest
  @CsvSource({
    "CIRCLE, 0.7854",
    "SQUARE, 0.8464",
    "TRIANGLE, 0.4330",
    "STAR, 0.3380",
    "CROSS, 0.5508",
    "RING, 0.5564"
  })
  void coversItsArea(Shape shape, double share) {
    for (int side : new int[] {18, 19, 35, 36}) {
      assertThat(painted(shape, side) / (double) (Mask.FULL * side * side))
          .as("%s of %d pixels", shape, side)
          .isBetween(share - 0.01, share + 0.01);
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void isTheSameFromLeftAndRight(Shape shape) {
    for (int side : new int[] {1, 2, 21, 36}) {
      Mask mask = ShapeMasks.of(shape, side);
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          assertThat(Math.abs(mask.at(x, y) - mask.at(side - 1 - x, y)))
              .as("%s of %d pixels at (%d, %d)", shape, side, x, y)
              .isLessThanOrEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void fillsItsBoxAlmost(Shape shape) {
    int side = ObjectSize.LARGE.largest();
    Mask mask = ShapeMasks.of(shape, side);
    int touched = 0;
    for (int i = 2; i < side - 2; i++) {
      touched |= mask.at(2, i) > 0 ? 1 : 0;
      touched |= mask.at(side - 3, i) > 0 ? 2 : 0;
      touched |= mask.at(i, 2) > 0 ? 4 : 0;
      touched |= mask.at(i, side - 3) > 0 ? 8 : 0;
    }
    assertThat(touched).isEqualTo(15);
  }

  private static int painted(Shape shape, int side) {
    int sum = 0;
    for (byte value : ShapeMasks.of(shape, side).alpha()) {
      sum += value;
    }
    return sum;
  }
}
