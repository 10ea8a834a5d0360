package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.Goldens;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageHeadersTest {
  private static final byte[] END_OF_JPEG = {(byte) 0xff, (byte) 0xd9};

  static List<String> files() {
    return Goldens.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void knowsTheSizeWithoutDecoding(String file) throws ImageException {
    ImageInfo info = ImageDecoder.probe(Goldens.bytes(file), ImageLimits.DEFAULT);
    assertThat(info.width()).isEqualTo(Goldens.JSON.get("decoded").get(file).get("width").asInt());
    assertThat(info.height())
        .isEqualTo(Goldens.JSON.get("decoded").get(file).get("height").asInt());
    assertThat(file.replace(".jpg", ".jpeg")).endsWith(info.format().name().toLowerCase());
  }

  /** Whatever is cut off, a look at the structure refuses just what decoding refuses. */
  @ParameterizedTest
  @MethodSource("files")
  void refusesWhatIsCutOffAsDecodingDoes(String file) throws ImageException {
    byte[] whole = Goldens.bytes(file);
    assertThat(ImageDecoder.check(whole, ImageLimits.DEFAULT))
        .isEqualTo(ImageDecoder.probe(whole, ImageLimits.DEFAULT));
    for (int left :
        new int[] {
          whole.length / 3,
          whole.length * 2 / 3,
          whole.length - 60,
          whole.length - 13,
          whole.length - 12,
          whole.length - 5,
          whole.length - 2,
          whole.length - 1
        }) {
      byte[] cut = Arrays.copyOf(whole, Math.max(left, 1));
      assertThat(problem(() -> ImageDecoder.check(cut, ImageLimits.DEFAULT)))
          .as("%s, %d of %d bytes", file, left, whole.length)
          .isEqualTo(problem(() -> ImageDecoder.decode(cut, ImageLimits.DEFAULT)));
    }
  }

  private interface Reading {
    void run() throws ImageException;
  }

  private static ImageErrorKind problem(Reading reading) {
    try {
      reading.run();
      return null;
    } catch (ImageException e) {
      return e.kind();
    }
  }

  @Test
  void aPngWithTooLittleDataIsCorruptThoughItsChunksEnd() {
    byte[] bomb = joined(png(9_000, 9_000), chunk("IDAT", 1, 2, 3), chunk("IEND"));
    assertThat(problem(() -> ImageDecoder.check(bomb, ImageLimits.DEFAULT)))
        .isEqualTo(ImageErrorKind.IMAGE_CORRUPT);
    assertThat(problem(() -> ImageDecoder.checkBeginning(bomb, ImageLimits.DEFAULT))).isNull();
  }

  @Test
  void headersThatClaimTooMuchAreRefusedBeforeDecoding() {
    Map<String, byte[]> bombs =
        Map.of(
            "png", png(100_000, 100_000),
            "png, beyond an int", png(-1, 1),
            "gif", gif(65_535, 65_535, 1, 1),
            "gif, by its frame", gif(1, 1, 65_535, 65_535),
            "bmp", bmp(100_000, 100_000),
            "bmp, top-down", bmp(100_000, -100_000),
            "bmp, beyond an int", bmp(1, Integer.MIN_VALUE),
            "webp", extendedWebp(100_000),
            "webp, lossless", losslessWebp(),
            "jpeg", jpeg(65_535, 65_535));
    bombs.forEach(
        (name, bomb) -> {
          assertThatExceptionOfType(ImageException.class)
              .as(name)
              .isThrownBy(() -> ImageDecoder.decode(bomb, ImageLimits.DEFAULT))
              .satisfies(
                  e -> assertThat(e.kind()).as(name).isEqualTo(ImageErrorKind.IMAGE_TOO_LARGE));
        });
  }

  @Test
  void headersWithoutPixelsAreCorrupt() {
    for (byte[] empty :
        List.of(png(0, 5), gif(9, 9, 0, 1), bmp(0, 5), bmp(5, 0), jpeg(0, 5), jpeg(5, 0))) {
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(() -> ImageDecoder.probe(empty, ImageLimits.DEFAULT))
          .withMessageContaining("has no pixels")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_CORRUPT));
    }
  }

  @Test
  void eachLimitHolds() throws ImageException {
    byte[] image = Goldens.bytes("photo.png"); // 67x45
    assertThat(ImageDecoder.probe(image, new ImageLimits(image.length, 67 * 45, 67)))
        .isEqualTo(new ImageInfo(ImageFormat.PNG, 67, 45));
    assertTooLarge(image, new ImageLimits(image.length - 1, 67 * 45, 67), "the limit is 7060");
    assertTooLarge(image, new ImageLimits(image.length, 67 * 45 - 1, 67), "the limit is 3014");
    assertTooLarge(image, new ImageLimits(image.length, 67 * 45, 66), "limit of a side is 66");
  }

  private static void assertTooLarge(byte[] image, ImageLimits limits, String message) {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(image, limits))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_TOO_LARGE));
  }

  @Test
  void limitsMustBePositiveAndAddressable() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new ImageLimits(1, 1L << 30, 1));
  }

  @Test
  void aJpegOfVeryManyScansIsRefused() throws ImageException {
    byte[] jpeg = Goldens.bytes("jpeg-one.jpg");
    byte[] scans = new byte[300 * 4];
    for (int i = 0; i < scans.length; i += 4) {
      System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xda, 0, 2}, 0, scans, i, 4);
    }
    byte[] many = joined(Arrays.copyOf(jpeg, jpeg.length - 2), scans, END_OF_JPEG);
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(many, ImageLimits.DEFAULT))
        .withMessage("JPEG has 301 scans, the limit is 256");
    byte[] behindTheEnd = joined(jpeg, scans, END_OF_JPEG);
    assertThat(ImageDecoder.decode(behindTheEnd, ImageLimits.DEFAULT).rgb())
        .isEqualTo(ImageDecoder.decode(jpeg, ImageLimits.DEFAULT).rgb());
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  @Test
  void codingsThatAreNotReadAreUnsupported() {
    byte[] lossless = jpeg(5, 5);
    lossless[3] = (byte) 0xc3;
    byte[] twelveBits = jpeg(5, 5);
    twelveBits[6] = 12;
    byte[] twoComponents = jpeg(5, 5);
    twoComponents[11] = 2;
    byte[] embeddedPng = bmp(5, 5);
    embeddedPng[30] = 5;
    byte[] os2 = bmp(5, 5);
    os2[14] = 16;
    for (byte[] image : List.of(lossless, twelveBits, twoComponents, embeddedPng, os2)) {
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(() -> ImageDecoder.probe(image, ImageLimits.DEFAULT))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_UNSUPPORTED));
    }
  }

  private static byte[] png(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(33);
    png.putLong(0x89504e470d0a1a0aL).putInt(13).put(ascii("IHDR")).putInt(width).putInt(height);
    png.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(png.array(), 12, 17);
    return png.putInt((int) crc.getValue()).array();
  }

  private static byte[] chunk(String type, int... data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length).put(ascii(type));
    for (int one : data) {
      chunk.put((byte) one);
    }
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  private static byte[] gif(int width, int height, int frameWidth, int frameHeight) {
    return ByteBuffer.allocate(30)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("GIF89a"))
        .putShort((short) width)
        .putShort((short) height)
        .put(new byte[] {0, 0, 0, ',', 0, 0, 0, 0})
        .putShort((short) frameWidth)
        .putShort((short) frameHeight)
        .put(new byte[] {0, 8, 1, 0, 0, ';'})
        .array();
  }

  private static byte[] bmp(int width, int height) {
    return ByteBuffer.allocate(60)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("BM"))
        .putInt(60)
        .putInt(0)
        .putInt(54)
        .putInt(40)
        .putInt(width)
        .putInt(height)
        .putShort((short) 1)
        .putShort((short) 24)
        .array();
  }

  /** A canvas that is too large, with a frame that is not. */
  private static byte[] extendedWebp(int side) {
    ByteBuffer webp = ByteBuffer.allocate(72).order(ByteOrder.LITTLE_ENDIAN);
    webp.put(ascii("RIFF")).putInt(64).put(ascii("WEBPVP8X")).putInt(10).putInt(2);
    for (int i = 0; i < 2; i++) {
      webp.putShort((short) (side - 1)).put((byte) (side - 1 >> 16));
    }
    webp.put(ascii("ANMF")).putInt(34).position(54);
    return webp.put(ascii("VP8L")).putInt(10).put((byte) 0x2f).putInt(0).array();
  }

  private static byte[] losslessWebp() {
    return ByteBuffer.allocate(30)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("RIFF"))
        .putInt(22)
        .put(ascii("WEBPVP8L"))
        .putInt(10)
        .put((byte) 0x2f)
        .putInt(0x0fffffff)
        .array();
  }

  private static byte[] jpeg(int width, int height) {
    return ByteBuffer.allocate(40)
        .putShort((short) 0xffd8)
        .putShort((short) 0xffc0)
        .putShort((short) 17)
        .put((byte) 8)
        .putShort((short) height)
        .putShort((short) width)
        .put(new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0})
        .putShort((short) 0xffda)
        .putShort((short) 12)
        .put(new byte[] {3, 1, 0, 2, 0, 3, 0, 0, 63, 0})
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
