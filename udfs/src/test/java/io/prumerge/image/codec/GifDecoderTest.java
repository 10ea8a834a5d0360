package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the JDK's reader decodes otherwise; the expected pixels are Pillow's. */
class GifDecoderTest {
  private static final int CLEAR = 4;
  private static final int END = 5;

  /** Codes that follow a clear code at once are all of three bits. */
  private static final int[] FOUR_PIXELS = {CLEAR, 1, CLEAR, 2, CLEAR, 3, CLEAR, 0, END};

  @Test
  void clearCodesMayFollowEachOther() throws ImageException {
    byte[] gif = gif(2, 2, false, 255, CLEAR, CLEAR, 1, CLEAR, 2, CLEAR, CLEAR, 3, CLEAR, 0, END);

    assertThat(indices(gif)).containsExactly(1, 2, 3, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 255})
  void dataBlocksMayBeShort(int blockLength) throws ImageException {
    assertThat(indices(gif(2, 2, false, blockLength, FOUR_PIXELS))).containsExactly(1, 2, 3, 0);
  }

  @Test
  void interlacedFramesMayBeShorterThanTheirPasses() throws ImageException {
    int[] storedRows = {CLEAR, 1, CLEAR, 3, CLEAR, 2, END};

    assertThat(indices(gif(1, 3, true, 255, storedRows))).containsExactly(1, 2, 3);
  }

  @Test
  void aFrameThatEndsEarlyIsCorrupt() {
    int[] withEnd = {CLEAR, 1, CLEAR, 2, CLEAR, 3, END};
    // Two pixels; the four bits that fill the last byte are read as a third.
    int[] withoutEnd = {CLEAR, 1, CLEAR, 2};
    for (int[] codes : new int[][] {withEnd, withoutEnd}) {
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(() -> indices(gif(2, 2, false, 255, codes)))
          .withMessage("GIF frame ends 1 pixels early")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_CORRUPT));
    }
  }

  /** The first channel of each pixel: the palette's colour i is (i, 10 i, 20 i). */
  private static int[] indices(byte[] gif) throws ImageException {
    RgbImage image = ImageDecoder.decode(gif, ImageLimits.DEFAULT);
    int[] indices = new int[image.width() * image.height()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = image.rgb()[3 * i];
      assertThat(image.rgb()[3 * i + 1]).isEqualTo((byte) (10 * indices[i]));
      assertThat(image.rgb()[3 * i + 2]).isEqualTo((byte) (20 * indices[i]));
    }
    return indices;
  }

  /** Four colours, codes of three bits. */
  private static byte[] gif(
      int width, int height, boolean interlaced, int blockLength, int... codes) {
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    gif.writeBytes("GIF89a".getBytes());
    gif.writeBytes(new byte[] {(byte) width, 0, (byte) height, 0, (byte) 0x81, 0, 0});
    for (int color = 0; color < 4; color++) {
      gif.writeBytes(new byte[] {(byte) color, (byte) (10 * color), (byte) (20 * color)});
    }
    gif.writeBytes(new byte[] {',', 0, 0, 0, 0, (byte) width, 0, (byte) height, 0});
    gif.write(interlaced ? 0x40 : 0);
    gif.write(2);
    byte[] data = packed(codes);
    for (int at = 0; at < data.length; at += blockLength) {
      int length = Math.min(blockLength, data.length - at);
      gif.write(length);
      gif.write(data, at, length);
    }
    gif.write(0);
    gif.write(';');
    return gif.toByteArray();
  }

  private static byte[] packed(int... codes) {
    byte[] data = new byte[(3 * codes.length + 7) / 8];
    for (int bit = 0; bit < 3 * codes.length; bit++) {
      data[bit / 8] |= (byte) ((codes[bit / 3] >> bit % 3 & 1) << bit % 8);
    }
    return data;
  }
}
