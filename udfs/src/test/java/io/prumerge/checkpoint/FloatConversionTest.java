package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.Goldens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatConversionTest {

  private static final String GOLDENS = "conversion/floats.safetensors";

  @ParameterizedTest
  @CsvSource({"F16,BF16", "F16,F32", "BF16,F16", "F32,BF16", "F32,F16"})
  void asTorch(TensorType from, TensorType to) throws IOException {
    ByteBuffer elements =
        from == TensorType.F32 ? buffer(Goldens.bytes(GOLDENS, "F32")) : everyHalf();
    ByteBuffer expected = buffer(Goldens.bytes(GOLDENS, from + "/" + to));
    ByteBuffer converted = converted(from, to, elements);
    assertThat(converted.limit()).isEqualTo(expected.limit());
    for (int i = 0; i < expected.limit(); i += to.bytes()) {
      int bits = bits(converted, to, i);
      int torch = bits(expected, to, i);
      assertThat(nan(to, bits) ? "NaN" : Integer.toHexString(bits))
          .as("%s number %d", from, i / to.bytes())
          .isEqualTo(nan(to, torch) ? "NaN" : Integer.toHexString(torch));
    }
  }

  @Test
  void bfloatsAreTheUpperHalvesOfFloats() {
    ByteBuffer converted = converted(TensorType.BF16, TensorType.F32, everyHalf());
    assertThat(IntStream.range(0, 1 << 16).map(i -> converted.getInt(4 * i)))
        .containsExactly(
            IntStream.range(0, 1 << 16).map(i -> i << 16).boxed().toArray(Integer[]::new));
  }

  @Test
  void eachCallGoesOnWhereTheLastOneWrote() {
    FloatConversion conversion = FloatConversion.between(TensorType.BF16, TensorType.F32);
    ByteBuffer converted = buffer(new byte[3 * Float.BYTES]);
    conversion.convert(buffer(new byte[] {(byte) 0x80, 0x3F}), converted);
    conversion.convert(buffer(new byte[0]), converted);
    conversion.convert(buffer(new byte[] {0x00, 0x40, 0x40, 0x40}), converted);
    assertThat(converted.hasRemaining()).isFalse();
    assertThat(new float[] {converted.getFloat(0), converted.getFloat(4), converted.getFloat(8)})
        .containsExactly(1, 2, 3);
  }

  @Test
  void typesThatAreNoWeightsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatConversion.between(TensorType.I16, TensorType.F32))
        .withMessage("Cannot convert I16; known: F32, F16, BF16");
  }

  private static ByteBuffer converted(TensorType from, TensorType to, ByteBuffer elements) {
    ByteBuffer converted = buffer(new byte[elements.remaining() / from.bytes() * to.bytes()]);
    FloatConversion.between(from, to).convert(elements, converted);
    assertThat(elements.hasRemaining()).isFalse();
    return converted.flip();
  }

  private static ByteBuffer everyHalf() {
    ByteBuffer every = buffer(new byte[Short.BYTES << 16]);
    for (int bits = 0; bits < 1 << 16; bits++) {
      every.putShort((short) bits);
    }
    return every.flip();
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int bits(ByteBuffer buffer, TensorType type, int at) {
    return type == TensorType.F32 ? buffer.getInt(at) : buffer.getShort(at) & 0xFFFF;
  }

  private static boolean nan(TensorType type, int bits) {
    return switch (type) {
      case F32 -> (bits & 0x7FFF_FFFF) > 0x7F80_0000;
      case F16 -> (bits & 0x7FFF) > 0x7C00;
      default -> (bits & 0x7FFF) > 0x7F80;
    };
  }
}
