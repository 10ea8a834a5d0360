package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightConverterTest {

  // More than two of the converter's pieces, and none of them whole.
  private static final int MANY = 2_500_001;

  @TempDir private Path temp;
  private Path source;
  private Path target;
  private byte[] bytes;

  @BeforeEach
  void randomBytes() throws IOException {
    source = temp.resolve("source");
    target = temp.resolve("target.safetensors");
    bytes = new byte[7 + Short.BYTES * MANY + Float.BYTES * MANY];
    new SplittableRandom(6).nextBytes(bytes);
    Files.write(source, bytes);
  }

  private List<TensorEntry> tensors() {
    return List.of(
        new TensorEntry("many", TensorType.F16, List.of(1L * MANY), source, 7, 2L * MANY),
        new TensorEntry("none", TensorType.F16, List.of(3L, 0L), source, 9, 0),
        new TensorEntry("one", TensorType.F16, List.of(), source, 9, 2),
        new TensorEntry("wide", TensorType.F32, List.of(1L, 1L * MANY), source, 11, 4L * MANY));
  }

  @Test
  void tensorsOfAnySizeLieWhereTheHeaderSays() throws IOException {
    List<TensorEntry> tensors = tensors();
    SafetensorsLayout layout =
        SafetensorsLayout.of(target, tensors, TensorType.BF16, Map.of("made_of", "näheres \"x\""));
    try (WeightConverter converter = new WeightConverter()) {
      converter.write(target, layout, tensors);
    }
    assertThat(Files.size(target)).isEqualTo(layout.bytes());
    assertThat(layout.start().length % 64).isZero();
    SafetensorsHeader header = SafetensorsHeader.read(target);
    assertThat(header).isEqualTo(layout.header());
    byte[] written = Files.readAllBytes(target);
    for (int i = 0; i < tensors.size(); i++) {
      TensorEntry from = tensors.get(i);
      TensorEntry to = header.tensors().get(i);
      assertThat(to.name()).isEqualTo(from.name());
      assertThat(to.shape()).isEqualTo(from.shape());
      ByteBuffer expected = ByteBuffer.allocate((int) to.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      FloatConversion.between(from.type(), TensorType.BF16).convert(part(bytes, from), expected);
      assertThat(part(written, to)).isEqualTo(expected.flip());
    }
  }

  private static ByteBuffer part(byte[] file, TensorEntry tensor) {
    return ByteBuffer.wrap(file, (int) tensor.offset(), (int) tensor.bytes())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void anExistingFileIsNeverWrittenOver() throws IOException {
    Files.writeString(target, "precious");
    assertThatIOException()
        .isThrownBy(() -> write(tensors()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasContent("precious");
  }

  @Test
  void aSourceThatEndsTooEarlyIsAnError() {
    TensorEntry past =
        new TensorEntry("past", TensorType.F16, List.of(4L), source, bytes.length - 6, 8);
    assertThatIOException()
        .isThrownBy(() -> write(List.of(past)))
        .isInstanceOf(EOFException.class)
        .withMessageContaining("became shorter");
  }

  private void write(List<TensorEntry> tensors) throws IOException {
    try (WeightConverter converter = new WeightConverter()) {
      converter.write(
          target, SafetensorsLayout.of(target, tensors, TensorType.BF16, Map.of()), tensors);
    }
  }
}
