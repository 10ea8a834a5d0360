package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is cut off, or is not compressed as its name says, is refused, and never read in part. */
class PackedFileTest {

  @TempDir private Path folder;

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40_000; i++) { // more than one of the codecs' buffers
      text.append(i).append(",q").append(random.nextInt(1000)).append(",yes\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] packed(String ending, byte[] text) throws IOException {
    CompressionCodec codec =
        new CompressionCodecFactory(Reading.HADOOP)
            .getCodec(new org.apache.hadoop.fs.Path("t" + ending));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        ending.equals(".gz") ? new GZIPOutputStream(packed) : codec.createOutputStream(packed)) {
      out.write(text);
    }
    return packed.toByteArray();
  }

  private byte[] read(String ending, byte[] packed) throws IOException {
    Path file = Files.write(folder.resolve("t.csv" + ending), packed);
    try (InputStream bytes = PackedFile.bytes(Reading.path(file), Reading.HADOOP)) {
      return bytes.readAllBytes();
    }
  }

  private void assertRefused(String ending, byte[] packed) {
    assertThatThrownBy(() -> read(ending, packed))
        .as("%d bytes", packed.length)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("t.csv" + ending + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {".gz", ".bz2", ".deflate", ".lz4", ".snappy"})
  void wholeFilesAreReadAndOthersRefused(String ending) throws IOException {
    Random random = new Random(3);
    byte[] text = text(random);
    byte[] packed = packed(ending, text);
    assertThat(read(ending, packed)).isEqualTo(text);
    for (int i = 0; i < 30; i++) {
      assertRefused(ending, Arrays.copyOf(packed, i < 10 ? 1 + i : random.nextInt(packed.length)));
    }
    assertRefused(ending, Arrays.copyOf(packed, packed.length - 100));
    assertRefused(ending, "id,question\n1,What?\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 30; i++) {
      byte[] garbage = new byte[1 + random.nextInt(3000)];
      random.nextBytes(garbage);
      assertRefused(ending, garbage);
    }
  }

  /** As base64 texts are read: behind others in an array, and from any place on. */
  @ParameterizedTest
  @ValueSource(strings = {".gz", ".bz2", ".deflate", ".lz4", ".snappy"})
  void piecesBehindOthersAreTheSame(String ending) throws IOException {
    Random random = new Random(4);
    byte[] text = new byte[2_500_000]; // three blocks of bzip2
    random.nextBytes(text);
    Path file = Files.write(folder.resolve("t.csv" + ending), packed(ending, text));
    try (InputStream bytes = PackedFile.bytes(Reading.path(file), Reading.HADOOP)) {
      for (int at = 0; at < text.length; ) {
        int skipped = Math.min(random.nextInt(30_000), text.length - at);
        bytes.skipNBytes(skipped);
        at += skipped;
        byte[] read = bytes.readNBytes(1 + random.nextInt(30_000));
        assertThat(read).isEqualTo(Arrays.copyOfRange(text, at, at + read.length));
        at += read.length;
      }
      assertThat(bytes.read()).isNegative();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".gz", ".bz2", ".deflate", ".lz4", ".snappy", ""})
  void nothingIsEmpty(String ending) throws IOException {
    for (String text : new String[] {"", "\n"}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Path file =
          Files.write(
              folder.resolve("t.csv" + ending), ending.isEmpty() ? bytes : packed(ending, bytes));
      FileSystem files = FileSystem.getLocal(Reading.HADOOP);
      assertThat(PackedFile.isEmpty(files.getFileStatus(Reading.path(file)), Reading.HADOOP))
          .isEqualTo(text.isEmpty());
    }
  }
}
