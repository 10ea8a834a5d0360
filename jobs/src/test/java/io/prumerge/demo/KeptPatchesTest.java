package io.prumerge.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.demo.Demo.KeptPatches;
import io.prumerge.image.codec.RgbImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptPatchesTest {

  /** 2 x 2 pixels, each its own patch: red, green, blue, black. */
  private static final RgbImage FOUR =
      new RgbImage(2, 2, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0});

  private static List<Integer> pixel(RgbImage image, int x, int y) {
    int at = 3 * (y * image.width() + x);
    return List.of(image.rgb()[at] & 0xFF, image.rgb()[at + 1] & 0xFF, image.rgb()[at + 2] & 0xFF);
  }

  @Test
  void fadesWhatWasDropped() {
    RgbImage drawn = KeptPatches.drawn(FOUR, 2, List.of(1, 2), 3);

    assertThat(drawn.width()).isEqualTo(6);
    assertThat(drawn.height()).isEqualTo(6);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 3; x++) {
        assertThat(pixel(drawn, x, y)).as("faded red").containsExactly(255, 191, 191);
        assertThat(pixel(drawn, x + 3, y)).as("green").containsExactly(0, 255, 0);
        assertThat(pixel(drawn, x, y + 3)).as("blue").containsExactly(0, 0, 255);
        assertThat(pixel(drawn, x + 3, y + 3)).as("faded black").containsExactly(191, 191, 191);
      }
    }
  }

  @Test
  void keepsEveryPixelWhenEveryPatchStays() {
    assertThat(KeptPatches.drawn(FOUR, 1, List.of(0), 1).rgb()).isEqualTo(FOUR.rgb());
  }

  @Test
  void laysPicturesOutOnWhite() {
    RgbImage table = KeptPatches.table(List.of(List.of(FOUR, FOUR), List.of(FOUR, FOUR)), 1);

    assertThat(table.width()).isEqualTo(5);
    assertThat(table.height()).isEqualTo(5);
    assertThat(pixel(table, 0, 0)).containsExactly(255, 0, 0);
    assertThat(pixel(table, 3, 3)).containsExactly(255, 0, 0);
    assertThat(pixel(table, 4, 4)).containsExactly(0, 0, 0);
    assertThat(pixel(table, 2, 0)).as("the gap").containsExactly(255, 255, 255);
    assertThat(pixel(table, 0, 2)).as("the gap").containsExactly(255, 255, 255);
  }

  @Test
  void refusesWhatIsNoSquare() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeptPatches.drawn(new RgbImage(2, 1, new byte[6]), 1, List.of(0), 1))
        .withMessageContaining("2 x 1");
  }
}
