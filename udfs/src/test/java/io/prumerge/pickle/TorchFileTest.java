package io.prumerge.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.Goldens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

  @TempDir private Path folder;

  private static TorchFileBytes dictionary() {
    return TorchFileBytes.pickle().raw("}q").raw(0);
  }

  private List<SavedTensor> read(byte[] pickle) throws IOException {
    Path file = folder.resolve("a.bin");
    TorchFileBytes.write(file, pickle, 48);
    return TorchFile.read(file);
  }

  private void refuses(byte[] pickle, String problem) {
    assertThatExceptionOfType(PickleException.class)
        .isThrownBy(() -> read(pickle))
        .withMessageContaining(problem);
  }

  private void refusesTensor(int elements, int offset, int[] shape, int[] strides, String problem) {
    refuses(
        dictionary().text("w").tensor("0", elements, offset, shape, strides).raw("s").end(),
        problem);
  }

  @Test
  void findsViewsOfOneStorage() throws IOException {
    List<SavedTensor> tensors =
        read(
            dictionary()
                .text("transposed")
                .tensor("0", 12, 0, new int[] {3, 4}, new int[] {1, 3})
                .raw("s")
                .raw("(")
                .text("part")
                .tensor("0", 12, 5, new int[] {2, 1}, new int[] {3, 99})
                .text("number")
                .tensor("0", 12, 11, new int[] {}, new int[] {})
                .text("nothing")
                .tensor("0", 12, 12, new int[] {0, 7}, new int[] {7, 1})
                .raw("u")
                .end());
    assertThat(tensors)
        .extracting(SavedTensor::name)
        .containsExactly("transposed", "part", "number", "nothing");
    assertThat(tensors.get(0).shape()).containsExactly(3L, 4L);
    assertThat(tensors.get(0).strides()).containsExactly(1L, 3L);
    assertThat(tensors.get(1).strides()).containsExactly(3L, 0L);
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("a.bin"))).order(ByteOrder.LITTLE_ENDIAN);
    long start = tensors.get(0).offset();
    assertThat(file.get((int) start + 47)).isEqualTo((byte) 47);
    assertThat(tensors.get(1).offset()).isEqualTo(start + 20);
    assertThat(tensors.get(2).offset()).isEqualTo(start + 44);
    assertThat(tensors.get(3).offset()).isEqualTo(start + 48);
  }

  @Test
  void takesParametersAndTheStateOfADictionary() throws IOException {
    byte[] pickle =
        TorchFileBytes.pickle()
            .global("collections", "OrderedDict")
            .raw(")Rq")
            .raw(1)
            .text("p")
            .global("torch._utils", "_rebuild_parameter")
            .raw("(")
            .tensor("0", 12, 0, new int[] {12}, new int[] {1})
            .raw(0x88)
            .global("collections", "OrderedDict")
            .raw(")RtRs")
            .raw("}")
            .text("_metadata")
            .raw("h")
            .raw(1)
            .raw("sb")
            .end();
    assertThat(read(pickle)).extracting(SavedTensor::name).containsExactly("p");
  }

  @ParameterizedTest
  @CsvSource({
    "DoubleStorage, F64, 6",
    "FloatStorage, F32, 12",
    "HalfStorage, F16, 24",
    "BFloat16Storage, BF16, 24",
    "LongStorage, I64, 6",
    "IntStorage, I32, 12",
    "ShortStorage, I16, 24",
    "CharStorage, I8, 48",
    "ByteStorage, U8, 48",
    "BoolStorage, BOOL, 48",
  })
  void knowsEveryStorage(String kind, ElementType type, int elements) throws IOException {
    assertThat(read(one(kind, elements)).get(0).type()).isEqualTo(type);
    refuses(one(kind, elements + 1), "of 48 bytes does not hold " + (elements + 1) + " elements");
  }

  private static byte[] one(String kind, int elements) {
    return dictionary()
        .text("w")
        .global("torch._utils", "_rebuild_tensor_v2")
        .raw("(")
        .storage(kind, "0", elements)
        .integer(0)
        .tuple(1)
        .tuple(1)
        .raw("tRs")
        .end();
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "builtins, eval",
    "posix, system",
    "__builtin__, getattr",
    "torch, load",
    "torch._utils, _rebuild_device_tensor_from_numpy",
    "torch, ComplexFloatStorage",
    "torch.storage, _load_from_bytes",
    "collections, Counter",
  })
  void refusesEveryOtherName(String module, String name) {
    byte[] pickle = TorchFileBytes.pickle().global(module, name).text("true").raw(0x85, 'R').end();
    refuses(pickle, "it names '" + module + "." + name + "', which is not allowed");
  }

  @Test
  void refusesEveryOtherOpcode() {
    String known = "(NJKMGX)t}sucRQbqrhj.";
    for (int opcode = 0; opcode < 256; opcode++) {
      if (known.indexOf(opcode) < 0 && (opcode < 0x80 || opcode > 0x8A)) {
        refuses(
            dictionary().raw(opcode).raw("aaaaaaaaaaaa\n\n").end(),
            "opcode 0x" + String.format("%02x", opcode) + " at byte 5 is not allowed");
      }
    }
    for (int opcode : new int[] {0x81, 0x82, 0x83, 0x84}) {
      refuses(dictionary().raw(opcode, 0, 0, 0, 0).end(), "is not allowed");
    }
  }

  @Test
  void refusesWhatLiesOutsideOfItsStorage() {
    refusesTensor(12, 0, new int[] {13}, new int[] {1}, "does not fit into its storage");
    refusesTensor(12, 12, new int[] {1}, new int[] {1}, "does not fit into its storage");
    refusesTensor(12, -1, new int[] {1}, new int[] {1}, "does not fit into its storage");
    refusesTensor(12, 0, new int[] {2}, new int[] {-1}, "does not fit into its storage");
    refusesTensor(12, 0, new int[] {-2}, new int[] {1}, "does not fit into its storage");
    refusesTensor(12, 0, new int[] {2, 2}, new int[] {1}, "does not fit into its storage");
    refusesTensor(-12, 0, new int[] {1}, new int[] {1}, "no storage");
    int large = Integer.MAX_VALUE;
    refusesTensor(
        12, 0, new int[] {large, large, large}, new int[] {large, large, large}, "does not fit");
    refusesTensor(
        12, 0, new int[] {large, large, large, 0}, new int[] {1, 1, 1, 1}, "does not fit");
  }

  @Test
  void refusesMoreElementsThanAreStored() {
    refusesTensor(12, 0, new int[] {1_000_000_000}, new int[] {0}, "does not fit");
    refusesTensor(12, 0, new int[] {5, 5}, new int[] {1, 1}, "does not fit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", ")", "N", "(", "s", "R", "Q", "b", "u", "t", "}b", "h\1", "]", ""})
  void refusesWhatHasNoMeaning(String opcodes) {
    refuses(TorchFileBytes.pickle().raw(opcodes).end(), "");
  }

  @Test
  void refusesWhatIsNoTensor() {
    refuses(dictionary().text("x").raw("h").raw(0).raw("s").end(), "its entry 'x' is no tensor");
    refuses(dictionary().integer(1).raw("Ns").end(), "a key that is no text");
    refuses(TorchFileBytes.pickle().raw(")").end(), "it holds no dictionary of tensors");
    refuses(TorchFileBytes.pickle().raw(0x80, 4).end(), "pickle protocol 4");
  }

  @Test
  void endsOnLongChainsAndLengths() {
    TorchFileBytes nested = TorchFileBytes.pickle().raw(")");
    for (int i = 0; i < 1_000_000; i++) {
      nested.raw(0x85);
    }
    refuses(nested.end(), "it holds no dictionary");
    TorchFileBytes marks = TorchFileBytes.pickle();
    for (int i = 0; i < 1_000_000; i++) {
      marks.raw("(");
    }
    refuses(marks.end(), "it takes a value where there is none");
    refuses(TorchFileBytes.pickle().raw("X").raw(255, 255, 255, 127).end(), "it ends at byte");
    refuses(TorchFileBytes.pickle().raw("X").raw(255, 255, 255, 255).end(), "a text of");
    refuses(TorchFileBytes.pickle().raw("X").raw(1, 0, 0, 0, 0xFF).end(), "not UTF-8");
    refuses(TorchFileBytes.pickle().raw(0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1).end(), "too large");
    refuses(TorchFileBytes.pickle().raw("c" + "a".repeat(2_000)).end(), "a name of more than");
  }

  @Test
  void refusesPicklesThatUnpackToMoreOrAreTooLarge() throws IOException {
    Path file = folder.resolve("bomb.bin");
    byte[] large = new byte[(32 << 20) + 1];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(large);
      zip.closeEntry();
    }
    assertRefused(file, "its archive/data.pkl is compressed");
    TorchFileBytes.write(file, large, 0);
    assertRefused(file, "has 33554433 bytes, more than 33554432");
  }

  @Test
  void refusesOtherArchives() throws IOException {
    byte[] state =
        dictionary().text("w").tensor("0", 1, 0, new int[] {1}, new int[] {1}).raw("s").end();
    Map<String, String> problems = new HashMap<>();
    problems.put("data.pkl", "0 files data.pkl");
    problems.put("a/b/data.pkl", "0 files data.pkl");
    for (Map.Entry<String, String> problem : problems.entrySet()) {
      Path file = folder.resolve("other.bin");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        TorchFileBytes.stored(zip, problem.getKey(), state);
      }
      assertRefused(file, problem.getValue());
    }
    Path file = folder.resolve("two.bin");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      TorchFileBytes.stored(zip, "a/data.pkl", state);
      TorchFileBytes.stored(zip, "b/data.pkl", state);
    }
    assertRefused(file, "2 files data.pkl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      TorchFileBytes.stored(zip, "a/data.pkl", state);
    }
    assertRefused(file, "lacks the storage a/data/0");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      TorchFileBytes.stored(zip, "a/data.pkl", state);
      TorchFileBytes.stored(zip, "a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
    }
    assertRefused(file, "not little-endian");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      TorchFileBytes.stored(zip, "a/data.pkl", state);
      zip.putNextEntry(new ZipEntry("a/data/0"));
      zip.write(new byte[4]);
      zip.closeEntry();
    }
    assertRefused(file, "is compressed");
    Files.write(file, new byte[] {(byte) 0x80, 2, (byte) 0x8A, 10, 0x6C, (byte) 0xFC, 0});
    assertRefused(file, "torch before 1.6");
    for (int length : new int[] {0, 1, 100}) {
      Files.write(file, new byte[length]);
      assertRefused(file, "no zip archive");
    }
  }

  private static void assertRefused(Path file, String problem) {
    assertThatExceptionOfType(PickleException.class)
        .isThrownBy(() -> TorchFile.read(file))
        .withMessageContaining(problem);
  }

  /** Four times the files of a fuzzed property: reading one takes a few milliseconds. */
  private static final int ROUNDS = 4 * Integer.getInteger("fuzz.tries", 200);

  private static final int FIRST = 4 * Integer.getInteger("fuzz.first", 0);

  /** A changed file is read within its bounds or refused; no other exception, no endless loop. */
  @Test
  @Tag("fuzz")
  void survivesChangedFiles() throws IOException {
    byte[] whole =
        Files.readAllBytes(Goldens.path("layouts/llava/pytorch_model-00001-of-00002.bin"));
    Random random = new Random(20240817);
    Path file = folder.resolve("changed.bin");
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] changed =
          random.nextInt(10) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      int changes = changed.length == 0 ? 0 : 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        // Half of the changes hit the pickle and the directories, which are small.
        int at =
            random.nextBoolean()
                ? random.nextInt(changed.length)
                : Math.floorMod(
                    (random.nextBoolean() ? 0 : changed.length) - random.nextInt(4_000),
                    changed.length);
        changed[at] ^= (byte) (1 << random.nextInt(8));
      }
      if (round < FIRST) {
        continue; // another tier reads it
      }
      Files.write(file, changed);
      try {
        for (SavedTensor tensor : TorchFile.read(file)) {
          long last = tensor.offset();
          long elements = 1;
          for (int d = 0; d < tensor.shape().size(); d++) {
            last +=
                Math.max(0, tensor.shape().get(d) - 1)
                    * tensor.strides().get(d)
                    * tensor.type().bytes();
            elements *= tensor.shape().get(d);
          }
          assertThat(tensor.offset()).isNotNegative();
          assertThat(last + (elements == 0 ? 0 : tensor.type().bytes()))
              .isLessThanOrEqualTo(changed.length);
        }
        read++;
      } catch (PickleException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isBetween(1, ROUNDS - FIRST - 1);
  }
}
