package io.prumerge.prepare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Setting;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan's table has of pictures, next to what prepare's has. */
class RowPicturesTest {

  @TempDir private Path folder;

  @BeforeEach
  void writePictures() throws IOException {
    write("small.png", encoded("png"));
    write("long.jpg", padded(encoded("jpg")));
    write("late.jpg", headed(encoded("jpg"), comments()));
    write("turned.jpg", padded(headed(encoded("jpg"), exif())));
    write("turned.png", turnedAtItsEnd(encoded("png")));
    write("cut.png", Arrays.copyOf(encoded("png"), 20));
    write("text.png", "no picture".getBytes(ISO_8859_1));
    write("long.txt", padded("no picture".getBytes(ISO_8859_1)));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  /** Returns a picture of 40 x 30 pixels. */
  private static byte[] encoded(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), format, bytes);
    return bytes.toByteArray();
  }

  /** Adds more bytes than are read of a beginning, behind a picture's last. */
  private static byte[] padded(byte[] bytes) {
    byte[] noise = new byte[RowPictures.HEADER_BYTES];
    new Random(1).nextBytes(noise);
    return joined(bytes, noise);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Stream.of(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Puts segments behind a JPEG's first marker. */
  private static byte[] headed(byte[] jpeg, byte[] segments) {
    return joined(Arrays.copyOf(jpeg, 2), segments, Arrays.copyOfRange(jpeg, 2, jpeg.length));
  }

  /** Returns two comments, after which no header is within the beginning. */
  private static byte[] comments() {
    byte[] one = new byte[2 + 0xffff];
    one[0] = (byte) 0xff;
    one[1] = (byte) 0xfe;
    one[2] = (byte) 0xff;
    one[3] = (byte) 0xff;
    return joined(one, one);
  }

  /** Returns a TIFF structure that says that a picture is turned by a quarter. */
  private static byte[] tiff() {
    return ByteBuffer.allocate(26)
        .put("MM\0*".getBytes(ISO_8859_1))
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) 6)
        .array();
  }

  private static byte[] exif() {
    byte[] data = joined("Exif\0\0".getBytes(ISO_8859_1), tiff());
    return joined(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (data.length + 2)}, data);
  }

  /** Puts EXIF data behind a PNG's pixels, too far for a beginning. */
  private static byte[] turnedAtItsEnd(byte[] png) {
    int end = png.length - 12;
    return joined(
        Arrays.copyOf(png, end),
        chunk("teSt", new byte[RowPictures.HEADER_BYTES]),
        chunk("eXIf", tiff()),
        Arrays.copyOfRange(png, end, png.length));
  }

  private static byte[] chunk(String name, byte[] data) {
    byte[] named = joined(name.getBytes(ISO_8859_1), data);
    CRC32 crc = new CRC32();
    crc.update(named);
    return ByteBuffer.allocate(named.length + 8)
        .putInt(data.length)
        .put(named)
        .putInt((int) crc.getValue())
        .array();
  }

  private RowPictures read(List<ImagePlace> places, boolean turned, boolean headersOnly)
      throws IOException {
    Configuration hadoop = new Configuration();
    ImageFolder images =
        new ImageFolder(
            folder.toUri().toString(), List.of(folder.toUri().toString()), Setting.SOURCE);
    try (ImageReader reader = new ImageReader(images, RowPictures.MAX_BYTES, hadoop)) {
      return RowPictures.read(
          places,
          new NamedSplit("own", "test", false, turned, headersOnly, List.of(), null),
          reader,
          new RowMemory(1 << 30, RowMemory.OF_PICTURES, 1));
    }
  }

  /** The names are of one row's pictures. */
  @ParameterizedTest
  @CsvSource({
    "small.png",
    "long.jpg",
    "late.jpg",
    "turned.jpg",
    "turned.png",
    "cut.png",
    "text.png",
    "long.txt",
    "missing.png",
    "small.png long.jpg",
    "turned.jpg small.png",
    "small.png missing.png",
    "long.jpg long.txt"
  })
  void aPlanKnowsTheSizesOfPictures(String names) throws IOException {
    List<ImagePlace> files =
        Stream.of(names.split(" ")).<ImagePlace>map(ImagePlace.InFolder::new).toList();
    for (boolean turned : new boolean[] {false, true}) {
      RowPictures whole = read(files, turned, false);
      RowPictures planned = read(files, turned, true);

      assertThat(planned.info().map(info -> info.width() + " x " + info.height()))
          .as("turned " + turned)
          .isEqualTo(whole.info().map(info -> info.width() + " x " + info.height()));
      assertThat(planned.sha256().isPresent()).isEqualTo(whole.sha256().isPresent());
      if (whole.info().isPresent()) {
        assertThat(planned.kept()).hasSameSizeAs(files).allMatch(Optional::isEmpty);
      } else {
        assertThat(planned.first()).isEqualTo(whole.first());
        assertThat(planned.more()).isDeepEqualTo(whole.more());
      }
    }
  }

  @Test
  void aPlanReadsOnlyTheBeginning() throws IOException {
    byte[] image = Files.readAllBytes(folder.resolve("long.jpg"));
    byte[] text = Base64.getEncoder().encode(image);
    write("rows.tsv", joined("1\t".getBytes(ISO_8859_1), text));
    String beginning = Sha256.hex(Arrays.copyOf(image, RowPictures.HEADER_BYTES));
    String rows = folder.resolve("rows.tsv").toUri().toString();

    for (ImagePlace place :
        List.of(
            new ImagePlace.InFolder("long.jpg"),
            new ImagePlace.Base64Range("1", rows, 2, text.length))) {
      RowPictures planned = read(List.of(place), false, true);
      assertThat(planned.info()).isPresent();
      assertThat(planned.sha256()).hasValue(beginning);
    }
  }
}
