package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededDrawTest {

  @Test
  void isSplitMix64() {
    // The published first outputs of the generator for seed 1234567.
    SeededDraw draw = new SeededDraw(1234567);
    assertThat(draw.output(0)).isEqualTo(6457827717110365317L);
    assertThat(draw.output(1)).isEqualTo(3203168211198807973L);
    assertThat(Long.toUnsignedString(draw.output(2))).isEqualTo("9817491932198370423");
  }

  @Test
  void beginsWithTheHashXorTheSeed() {
    byte[] hash = new byte[32];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) (i + 1);
    }
    PatchTokens image = new ArrayPatchTokens(new float[9][1], new float[9][1], new float[9], hash);
    SeededDraw draw = SeededDraw.of(image, 5);
    assertThat(draw).isEqualTo(new SeededDraw(0x0102030405060708L ^ 5));
    int smallest =
        IntStream.range(0, 9)
            .boxed()
            .min((one, other) -> Long.compareUnsigned(draw.output(one), draw.output(other)))
            .orElseThrow();
    assertThat(draw.of(9, 1)).containsExactly(smallest);
    assertThat(draw.of(9, 4)).contains(smallest).isSorted().doesNotHaveDuplicates().hasSize(4);
    assertThat(draw.of(9, 9)).isEqualTo(IntStream.range(0, 9).toArray());
    assertThat(draw.of(0, 0)).isEmpty();
  }
}
