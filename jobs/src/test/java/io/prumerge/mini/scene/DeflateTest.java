package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 257, 258, 259, 260, 261, 516, 40_000})
  void equalBytesComeBack(int length) throws DataFormatException {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) 200);
    assertThat(inflated(Deflate.deflate(data), length)).isEqualTo(data);
  }

  @Test
  void everyLengthComesBack() throws DataFormatException {
    for (int length = 3; length <= 258; length++) {
      byte[] data = new byte[2 * length + 1];
      new Random(length).nextBytes(data);
      System.arraycopy(data, 0, data, length + 1, length);
      assertThat(inflated(Deflate.deflate(data), data.length)).isEqualTo(data);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 24_576, 24_577, 32_767, 32_768, 32_769, 60_000})
  void everyDistanceComesBack(int distance) throws DataFormatException {
    byte[] data = new byte[distance + 300];
    new Random(distance).nextBytes(data);
    for (int i = distance; i < data.length; i++) {
      data[i] = data[i - distance];
    }
    assertThat(inflated(Deflate.deflate(data), data.length)).isEqualTo(data);
  }

  @Test
  void anythingComesBack() throws DataFormatException {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] data = new byte[random.nextInt(3000)];
      int values = 1 + random.nextInt(256);
      for (int j = 0; j < data.length; j++) {
        data[j] = (byte) random.nextInt(values);
      }
      assertThat(inflated(Deflate.deflate(data), data.length)).isEqualTo(data);
    }
  }

  @Test
  void repetitionsShrink() {
    assertThat(Deflate.deflate(new byte[100_000])).hasSizeLessThan(1000);
  }

  private static byte[] inflated(byte[] deflated, int length) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    inflater.setInput(deflated);
    byte[] data = new byte[length + 1];
    assertThat(inflater.inflate(data)).isEqualTo(length);
    assertThat(inflater.finished()).isTrue();
    assertThat(inflater.getRemaining()).isZero();
    inflater.end();
    return Arrays.copyOf(data, length);
  }
}
