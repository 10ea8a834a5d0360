package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the JDK's reader decodes otherwise or refuses; the expected pixels are Pillow's. */
class BmpDecoderTest {
  private static final int UNCOMPRESSED = 0;
  private static final int RUN_LENGTH_8 = 1;
  private static final int[] TWO_COLOURS = {0, 0x030201};

  @Test
  void channelsOfFiveBitsAreRoundedDown() throws ImageException {
    int pixel = 3 << 10 | 17 << 5 | 31;
    byte[] data = {(byte) pixel, (byte) (pixel >> 8), 0, 0};

    RgbImage image = decoded(bmp(40, 54, 1, 16, UNCOMPRESSED, new int[0], data));

    // 24.7, 139.8 and 255
    assertThat(image.rgb()).containsExactly(24, (byte) 139, (byte) 255);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 52, 56, 64, 108, 124})
  void everyHeaderLengthIsRead(int header) throws ImageException {
    byte[] data = {1, 0, 0, 0};

    RgbImage image = decoded(bmp(header, 14 + header + 8, 1, 8, UNCOMPRESSED, TWO_COLOURS, data));

    assertThat(image.rgb()).containsExactly(3, 2, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 54})
  void pixelsFollowThePaletteWhereTheirPlaceIsNotStated(int offset) throws ImageException {
    RgbImage image =
        decoded(bmp(40, offset, 2, 8, UNCOMPRESSED, TWO_COLOURS, new byte[] {1, 0, 0, 0}));

    assertThat(image.rgb()).containsExactly(3, 2, 1, 0, 0, 0);
  }

  @Test
  void runsThatEndEarlyAreCorrupt() {
    byte[] bmp = bmp(40, 62, 4, 8, RUN_LENGTH_8, TWO_COLOURS, new byte[] {3, 1, 0, 1});

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> decoded(bmp))
        .withMessage("BMP ends 1 pixels early")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_CORRUPT));
  }

  private static RgbImage decoded(byte[] bmp) throws ImageException {
    return ImageDecoder.decode(bmp, ImageLimits.DEFAULT);
  }

  /** One row. Colours are red in bits 16 to 23, green, blue. */
  private static byte[] bmp(
      int header, int offset, int width, int bits, int compression, int[] colors, byte[] data) {
    int size = 14 + header + 4 * colors.length + data.length;
    ByteBuffer bmp = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put(new byte[] {'B', 'M'}).putInt(size).putInt(0).putInt(offset);
    bmp.putInt(header).putInt(width).putInt(1).putShort((short) 1).putShort((short) bits);
    bmp.putInt(compression).putInt(data.length).putLong(0).putInt(colors.length);
    bmp.position(14 + header);
    for (int color : colors) {
      bmp.putInt(color);
    }
    return bmp.put(data).array();
  }
}
