package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.image.Goldens;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JPEG files in which decoders differ, compared with Pillow's pixels of them. */
class JpegDecoderTest {
  private static final String FOLDER = "/goldens/jpegs/";

  /** By file, the SHA-256 of Pillow's pixels; null: Pillow refuses it. */
  private static final Map<String, String> PILLOWS = pillows();

  private static Map<String, String> pillows() {
    try {
      JsonNode goldens = new ObjectMapper().readTree(bytes(FOLDER + "goldens.json"));
      Map<String, String> pixels = new LinkedHashMap<>();
      goldens.properties().forEach(file -> pixels.put(file.getKey(), file.getValue().textValue()));
      return pixels;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = JpegDecoderTest.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> files() {
    return List.copyOf(PILLOWS.keySet());
  }

  static List<String> recorded() {
    return RecordedReader.recorded(files());
  }

  @ParameterizedTest
  @MethodSource("files")
  void decodesLikePillowOrSaysThatItCannot(String file) {
    requireExact(file, result(JpegDecoder.ofJdk(), bytes(FOLDER + file)));
  }

  /** Temurin's decoder, whose samples are recorded: this Java may have another. */
  @ParameterizedTest
  @MethodSource("recorded")
  void libjpeg6bDecodesLikePillowOrSaysThatItCannot(String file) throws ImageException {
    String result = result(JpegDecoder.of(libjpeg6b()), bytes(FOLDER + file));
    requireExact(file, result);
    assertThat(result.equals("IMAGE_INEXACT"))
        .as("%s: %s", file, result)
        .isEqualTo(
            file.startsWith("gaps-")
                || List.of("damaged-cut.jpg", "damaged-restart.jpg").contains(file));
  }

  @Test
  void anInexactFileIsFoundByItsMarkers() throws ImageException {
    JpegDecoder decoder = JpegDecoder.of(libjpeg6b());
    ImageBytes gaps = new ImageBytes(ImageFormat.JPEG, bytes(FOLDER + "gaps-420-1.jpg"));
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> decoder.check(gaps, JpegHeader.read(gaps)))
        .withMessageContaining("JPEG is progressive and lacks scans, of which Java ")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_INEXACT));
    for (String file : List.of("halved-31x33.jpg", "damaged-cut.jpg", "gaps-last-scan.jpg")) {
      ImageBytes others = new ImageBytes(ImageFormat.JPEG, bytes(FOLDER + file));
      decoder.check(others, JpegHeader.read(others));
    }
  }

  /** A decoder that repeats rows in some other way is not mended: its files are refused. */
  @Test
  void aDecoderUnlikeAnyKnownRefusesAllForms() throws ImageException {
    RecordedReader libjpeg6b = libjpeg6b();
    JpegDecoder.SampleReader dark =
        (jpeg, warnings) -> {
          Raster raster = libjpeg6b.read(jpeg, warnings);
          ((DataBufferByte) raster.getDataBuffer()).getData()[0] ^= 1;
          return raster;
        };
    JpegDecoder decoder = JpegDecoder.of(dark);
    for (String file : List.of("halved-31x33.jpg", "gaps-420-1.jpg", "damaged-cut.jpg")) {
      assertThat(result(decoder, bytes(FOLDER + file))).as(file).isEqualTo("IMAGE_INEXACT");
    }
  }

  private static void requireExact(String file, String result) {
    String pillows = PILLOWS.get(file);
    if (pillows == null) {
      assertThat(result).as(file).isEqualTo("IMAGE_CORRUPT");
    } else if (file.startsWith("gaps-") || file.startsWith("damaged-")) {
      assertThat(result).as(file).isIn(pillows, "IMAGE_INEXACT");
    } else {
      assertThat(result).as(file).isEqualTo(pillows);
    }
  }

  private static RecordedReader libjpeg6b() throws ImageException {
    Map<String, byte[]> known = new LinkedHashMap<>();
    recorded().forEach(file -> known.put(file, bytes(FOLDER + file)));
    for (String tried : List.of("halved.jpeg", "gaps.jpeg", "damaged.jpeg")) {
      known.put(tried, bytes(tried));
    }
    return new RecordedReader(known);
  }

  private static String result(JpegDecoder decoder, byte[] file) {
    ImageBytes bytes = new ImageBytes(ImageFormat.JPEG, file);
    try {
      return Goldens.sha256(decoder.decode(bytes, JpegHeader.read(bytes)).rgb());
    } catch (ImageException e) {
      return e.kind().name();
    }
  }

  /** Other Javas than the one that runs this, where the build has been given some. */
  @Test
  @Tag("slow")
  @Tag("process")
  void everyJavaDecodesLikePillowOrSaysThatItCannot() throws IOException, InterruptedException {
    String homes = Objects.requireNonNullElse(System.getenv("OTHER_JAVAS"), "");
    assumeTrue(!homes.isEmpty(), "OTHER_JAVAS names no Java");
    for (String home : homes.split(File.pathSeparator)) {
      List<String> lines = decoded(Path.of(home, "bin", "java"));
      assertThat(lines).as(home).hasSameSizeAs(files());
      for (String line : lines) {
        String[] said = line.split(" ");
        requireExact(said[0], said[1]);
      }
    }
  }

  private static List<String> decoded(Path java) throws IOException, InterruptedException {
    Path folder = Path.of("target", "test-classes", "goldens", "jpegs").toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(java.toString(), "-cp"));
    command.add(String.join(File.pathSeparator, "target/classes", "target/test-classes"));
    command.addAll(List.of(DecodedFiles.class.getName(), folder.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", java, said).isZero();
    return said.lines().toList();
  }
}
