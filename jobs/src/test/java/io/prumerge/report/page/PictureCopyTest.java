package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.processor.ImageAspect;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies of images that take much memory when decoded. */
class PictureCopyTest {

  private static final int SIDE = 9_400; // within the limit of what models take

  /** A whole PNG, gray or in colour, of nothing but zeros. */
  private static byte[] png(int width, int height, int color) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(data)) {
      byte[] row = new byte[1 + width * (color == 2 ? 3 : 1)];
      for (int y = 0; y < height; y++) {
        out.write(row);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    chunk(file, "IHDR", header.put((byte) 8).put((byte) color).array());
    chunk(file, "IDAT", data.toByteArray());
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data)
      throws IOException {
    DataOutputStream out = new DataOutputStream(file);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }

  /** The first bytes of files, which state their size. */
  private static Map<String, byte[]> huge() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("png", png(SIDE, SIDE, 2));
    files.put("gray", png(SIDE, SIDE, 0));
    ByteBuffer gif = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    gif.put("GIF89a".getBytes(StandardCharsets.US_ASCII));
    gif.putShort((short) SIDE).putShort((short) SIDE).put(new byte[3]).put((byte) 0x2c);
    gif.putInt(0).putShort((short) SIDE).putShort((short) SIDE);
    files.put("gif", gif.array());
    ByteBuffer webp = ByteBuffer.allocate(34).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(26);
    webp.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(14).put((byte) 0x2f);
    webp.putInt(SIDE - 1 | SIDE - 1 << 14);
    files.put("webp", webp.array());
    ByteBuffer jpeg = ByteBuffer.allocate(40).putShort((short) 0xffd8).putShort((short) 0xffc0);
    jpeg.putShort((short) 11).put((byte) 8).putShort((short) SIDE).putShort((short) SIDE);
    jpeg.put(new byte[] {1, 1, 0x11, 0}).putShort((short) 0xffda).putShort((short) 8);
    files.put("jpeg", jpeg.array());
    return files;
  }

  @Test
  void aHugeImageHasNoCopyAndSaysWhy() throws IOException {
    huge()
        .forEach(
            (format, file) -> {
              PictureCopy copy = PictureCopy.of(file, ImageAspect.PAD, 224);
              assertThat(copy.picture()).as(format).isEmpty();
              assertThat(copy.gap())
                  .as(format)
                  .contains("header says 9400x9400 = 88360000 pixels, the limit is 24000000");
            });
  }

  @Test
  @Tag("process")
  void anImageWithoutMemoryForItHasNoCopyAndSaysWhy() throws Exception {
    assertThat(inSmallHeap("64m", 1))
        .isEqualTo(List.of("There is not enough memory for it (Java heap space)"));
  }

  /** Each needs 72 MB: all at once would need 288. */
  @Test
  @Tag("process")
  void largeImagesAreCopiedOneAfterTheOther() throws Exception {
    assertThat(inSmallHeap("256m", 4))
        .isEqualTo(List.of("4890x4890", "4890x4890", "4890x4890", "4890x4890"));
  }

  private static List<String> inSmallHeap(String heap, int images) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                PictureCopyTest.class.getName(),
                Integer.toString(images))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  /** Copies an image as large as any, many times at once; prints what each copy is. */
  public static void main(String... arguments) throws IOException {
    byte[] image = png(4_890, 4_890, 2);
    List<Thread> threads = new ArrayList<>();
    IntStream.range(0, Integer.parseInt(arguments[0]))
        .forEach(
            number -> {
              Thread thread =
                  new Thread(
                      () -> {
                        PictureCopy copy = PictureCopy.of(image, ImageAspect.PAD, 224);
                        System.out.println(
                            copy.picture()
                                .map(small -> small.width() + "x" + small.height())
                                .orElse(copy.gap()));
                      });
              threads.add(thread);
              thread.start();
            });
  }
}
