package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PixelBlocksTest {

  private static final PixelValues TABLE =
      new PixelValues(
          new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.4, 0.3), List.of(0.5, 0.25, 0.2)));

  /** Blocks of 3 x 3 pixels, 2 x 3 of them, with a column and a row of pixels beyond. */
  private static PixelBlocks blocks(byte[] bytes) {
    return new PixelBlocks(new PixelBytes(bytes, TABLE), 10, new PatchGrid(2, 3), 3);
  }

  private static float[] values(PixelBlocks blocks, int block) {
    float[] all = blocks.pixels().values();
    float[] values = new float[27];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 3; x++) {
          values[at++] = all[channel * 70 + (block / 3 * 3 + y) * 10 + block % 3 * 3 + x];
        }
      }
    }
    return values;
  }

  private static float distance(PixelBlocks blocks, int block, int other) {
    float[] one = values(blocks, block);
    float[] two = values(blocks, other);
    float most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - two[i]));
    }
    return most;
  }

  /** The distance itself is within, the number below it is not. */
  @Test
  void valuesAreThoseThatTheTowerTakes() {
    byte[] bytes = new byte[3 * 7 * 10];
    new Random(7).nextBytes(bytes);
    PixelBlocks blocks = blocks(bytes);
    for (int block = 0; block < 6; block++) {
      for (int other = 0; other < 6; other++) {
        if (block != other) {
          float distance = distance(blocks, block, other);
          assertThat(blocks.withinValues(block, other, distance)).isTrue();
          assertThat(blocks.withinValues(block, other, Math.nextDown(distance))).isFalse();
        }
      }
    }
  }

  @Test
  void stepsAreThoseOfBytes() {
    byte[] bytes = new byte[3 * 7 * 10];
    bytes[3 * (10 * 5 + 8) + 1] = (byte) 200; // of the last block alone
    PixelBlocks blocks = blocks(bytes);
    assertThat(blocks.withinSteps(0, 4, 0)).isTrue();
    assertThat(blocks.withinSteps(0, 5, 200)).isTrue();
    assertThat(blocks.withinSteps(0, 5, 199)).isFalse();
    assertThat(blocks.withinSteps(5, 0, 199)).isFalse();
  }

  @Test
  void pixelsBeyondTheBlocksAreOfNone() {
    byte[] bytes = new byte[3 * 7 * 10];
    for (int i = 0; i < 10; i++) {
      bytes[3 * (10 * 6 + i)] = 9;
    }
    for (int y = 0; y < 7; y++) {
      bytes[3 * (10 * y + 9)] = 9;
    }
    PixelBlocks blocks = blocks(bytes);
    for (int block = 1; block < 6; block++) {
      assertThat(blocks.withinSteps(0, block, 0)).isTrue();
    }
  }
}
