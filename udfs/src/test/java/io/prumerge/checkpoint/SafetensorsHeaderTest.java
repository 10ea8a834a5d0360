package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.config.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SafetensorsHeaderTest {
  private static final String TWO =
      "{'b':{'dtype':'F32','shape':[1,2],'data_offsets':[2,10]},"
          + "'__metadata__':{'format':'pt'},"
          + "'a':{'dtype':'BF16','shape':[],'data_offsets':[0,2]}}";

  @TempDir private Path folder;

  @Test
  void readsTensorsInTheOrderOfTheirBytes() throws IOException {
    Path file = write(TWO, 10);
    long data = Long.BYTES + TWO.length();
    SafetensorsHeader header = SafetensorsHeader.read(file);
    assertThat(header.tensors())
        .containsExactly(
            new TensorEntry("a", TensorType.BF16, List.of(), file, data, 2),
            new TensorEntry("b", TensorType.F32, List.of(1L, 2L), file, data + 2, 8));
    assertThat(header.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThat(header.tensors().get(0).elements()).isEqualTo(1);
    assertThat(header.tensors().get(1).elements()).isEqualTo(2);
  }

  @Test
  void acceptsSpacesBehindTheHeader() throws IOException {
    assertThat(SafetensorsHeader.read(write(TWO + "     ", 10)).tensors()).hasSize(2);
  }

  @Test
  void acceptsAFileWithoutTensors() throws IOException {
    assertThat(SafetensorsHeader.read(write("{}", 0)).tensors()).isEmpty();
    assertThat(SafetensorsHeader.read(write("{'__metadata__':{}}", 0)).tensors()).isEmpty();
  }

  @Test
  void acceptsEmptyTensorsWhereverTheyLie() throws IOException {
    SafetensorsHeader header =
        SafetensorsHeader.read(
            write(
                "{'z':{'dtype':'F32','shape':[0,5],'data_offsets':[4,4]},"
                    + "'x':{'dtype':'F16','shape':[2],'data_offsets':[0,4]},"
                    + "'y':{'dtype':'I64','shape':[3,0],'data_offsets':[0,0]}}",
                4));
    assertThat(header.tensors()).extracting(TensorEntry::name).containsExactly("y", "x", "z");
    assertThat(header.tensors()).extracting(TensorEntry::bytes).containsExactly(0L, 4L, 0L);
  }

  @Test
  void ignoresKeysOfATensorThatItDoesNotKnow() throws IOException {
    String header = "{'a':{'x':{'y':[1]},'dtype':'U8','shape':[1],'data_offsets':[0,1]}}";
    assertThat(SafetensorsHeader.read(write(header, 1)).tensors()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void knowsEveryType(TensorType type) throws IOException {
    String header =
        "{'a':{'dtype':'" + type + "','shape':[3],'data_offsets':[0," + 3 * type.bytes() + "]}}";
    assertThat(SafetensorsHeader.read(write(header, 3 * type.bytes())).tensors().get(0).type())
        .isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|0|has a header that is no JSON object",
        "` {}`|0|has a header that is no JSON object",
        "{|0|has a header that is not valid JSON: Unexpected end-of-input",
        "{}{}|0|has more after its header's JSON object",
        "{} x|0|has a header that is not valid JSON: Unrecognized token 'x'",
        "{'a':1}|0|tensor 'a' must be an object",
        "{'a':{'dtype':'F32','shape':[1]}}|4|tensor 'a' has no data_offsets",
        "{'a':{'dtype':'F32','data_offsets':[0,4]}}|4|tensor 'a' has no shape",
        "{'a':{'shape':[1],'data_offsets':[0,4]}}|4|tensor 'a' has no dtype",
        "{'a':{'dtype':4,'shape':[1],'data_offsets':[0,4]}}|4|has no text as dtype",
        "{'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}}|4|unknown dtype 'F33'; known: [BOOL,",
        "{'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}|4|shape must be a list",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|shape must hold integers of at least 0 but holds -1",
        "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|4|shape must hold integers of at least 0 but holds 1.0",
        "{'a':{'dtype':'F32','shape':[[1]],'data_offsets':[0,4]}}|4|shape must hold integers of at least 0 but holds [",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}}|4|not valid JSON",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}|4|must have two data_offsets but has 1",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}}|4|must have two data_offsets but has 3",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|shape [2] takes 8 bytes but has data_offsets [0, 4]",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|4|has data_offsets [4, 0]",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|0|whose size overflows",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296,0],'data_offsets':[0,0]}}|0|whose size overflows",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[9223372036854775806,9223372036854775807]}}|1|has data_offsets",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}|2|tensor 'a' begins at byte 1 of the data but the tensors before it end at 0",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}|2|the tensors end at byte 1 of the data but the file holds 2",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}|1|the tensors end at byte 2 of the data but the file holds 1",
        "{}|1|the tensors end at byte 0 of the data but the file holds 1",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}}|3|tensor 'b' begins at byte 1 of the data but the tensors before it end at 2",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[1],'data_offsets':[2,3]}}|3|tensor 'b' begins at byte 2 of the data but the tensors before it end at 1",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}|2|Duplicate field 'a'",
        "{'a':{'dtype':'U8','dtype':'U8','shape':[1],'data_offsets':[0,1]}}|1|Duplicate field 'dtype'",
        "{'__metadata__':{'a':1}}|0|tensor '__metadata__' must hold only strings",
        "{'__metadata__':[]}|0|tensor '__metadata__' must be an object",
        "{'__metadata__':{'a':'1','a':'1'}}|0|Duplicate field 'a'",
      })
  void refusesMalformedHeaders(String header, int dataBytes, String problem) throws IOException {
    Path file = write(header, dataBytes);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("model.safetensors")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'has 0 bytes, too few for a safetensors header'",
    "7, 'has 7 bytes, too few for a safetensors header'",
    "8, 'states a header of 2 bytes but ends after 0; the file is truncated'",
    "9, 'states a header of 2 bytes but ends after 1; the file is truncated'"
  })
  void refusesShortFiles(int length, String problem) throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] whole = SafetensorsBytes.file("{}");
    Files.write(file, Arrays.copyOf(whole, length));
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("model.safetensors " + problem);
  }

  @ParameterizedTest
  @CsvSource({"100000001, 100000001", "-1, 18446744073709551615"})
  void refusesLongHeadersBeforeReadingThem(long length, String shown) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(
        file, ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            "states a header of " + shown + " bytes; safetensors allows 100000000");
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    byte[] bytes = SafetensorsBytes.file("{\"a\":{}}");
    bytes[Long.BYTES + 2] = (byte) 0xff;
    Path file = Files.write(folder.resolve("model.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("model.safetensors has a header that is not UTF-8");
  }

  @Test
  void keepsMessagesOnOneLine() throws IOException {
    Path file = write("{'a\\nb':{}}", 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("model.safetensors: tensor 'a b' has no dtype");
  }

  @Test
  void namesAFileThatCannotBeRead() {
    assertThatThrownBy(() -> SafetensorsHeader.read(folder.resolve("none.safetensors")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read none.safetensors: ");
  }

  /** Whatever the bytes, either a header that covers the file or one kind of exception. */
  @Test
  void readsOrRefusesMutatedFiles() throws IOException {
    byte[] whole = SafetensorsBytes.file(TWO.replace('\'', '"'), new byte[10]);
    byte[] pieces = "{}[]\",:0123456789-. eE\\u".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(11);
    Path file = folder.resolve("model.safetensors");
    int refused = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] mutated = Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(20));
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(mutated.length);
        mutated[at] =
            random.nextBoolean() ? pieces[random.nextInt(pieces.length)] : (byte) random.nextInt();
      }
      Files.write(file, mutated);
      try {
        long bytes =
            SafetensorsHeader.read(file).tensors().stream().mapToLong(TensorEntry::bytes).sum();
        assertThat(bytes).isLessThanOrEqualTo(mutated.length);
      } catch (CheckpointException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isBetween(2_000, 5_000);
  }

  private Path write(String header, int dataBytes) throws IOException {
    return Files.write(
        folder.resolve("model.safetensors"),
        SafetensorsBytes.file(header.replace('\'', '"'), new byte[dataBytes]));
  }
}
