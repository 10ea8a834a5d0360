package io.prumerge.image.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.PatchGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageBoundsTest {

  private static final NativeSize FILES = new NativeSize(28, 3136, 12845056);

  @Test
  void whatIsNotSaidIsTheFiles() {
    assertThat(ImageBounds.NONE.over(FILES)).isEqualTo(FILES);
    assertThat(new ImageBounds(0, 1003520, 0).over(FILES))
        .isEqualTo(new NativeSize(28, 3136, 1003520));
    assertThat(new ImageBounds(200704, 0, 0).over(FILES))
        .isEqualTo(new NativeSize(28, 200704, 12845056));
  }

  @Test
  void aSquareIsOfEveryPicture() {
    NativeSize square = new ImageBounds(0, 0, 1008).over(FILES);
    assertThat(square.grid(640, 480)).isEqualTo(PatchGrid.square(36));
    assertThat(square.grid(1, 5000)).isEqualTo(PatchGrid.square(36));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1008", "4, 9, 0", "3136, 12845056, 0"})
  void aSizeSaysAllOfItself(int least, int most, int square) {
    ImageBounds bounds = new ImageBounds(least, most, square);
    assertThat(ImageBounds.of(bounds.over(FILES))).isEqualTo(bounds);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0, 0, must be positive",
    "4, 0, 28, a square has no other bounds",
    "5, 4, 0, the fewest are more than the most"
  })
  void contradictionsAreRefused(int least, int most, int square, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBounds(least, most, square))
        .withMessageContaining(why);
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBounds(0, 0, 1000).over(FILES))
        .withMessage("Cannot make squares of 1000 pixels a side: it must be a multiple of 28");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageBounds(12845057, 0, 0).over(FILES))
        .withMessageContaining("min_pixels must be 1 to max_pixels");
  }
}
