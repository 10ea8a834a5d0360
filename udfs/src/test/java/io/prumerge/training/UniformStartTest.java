package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UniformStartTest {

  /** The first outputs of SplitMix64 for this seed, as published with its reference in C. */
  @Test
  void takesTheFirst24BitsOfTheGenerator() {
    long[] outputs = {
      6457827717110365317L, 3203168211198807973L, Long.parseUnsignedLong("9817491932198370423")
    };
    float[] drawn = new UniformStart(1234567).matrix(3, 4);
    for (int i = 0; i < outputs.length; i++) {
      double unit = (outputs[i] >>> 40) / (double) (1 << 24);
      assertThat(drawn[i]).isEqualTo((float) (unit - 0.5)); // 2 u - 1 over the root of 4
    }
  }

  @Test
  void staysBelowTheBoundWithItsVariance() {
    float[] drawn = new UniformStart(-3).matrix(10_000, 9);
    double squares = 0;
    for (float value : drawn) {
      assertThat(value).isBetween(-1 / 3f, 1 / 3f);
      squares += value * value;
    }
    assertThat(squares / drawn.length).isBetween(0.036, 0.038); // 1 / 27
  }
}
