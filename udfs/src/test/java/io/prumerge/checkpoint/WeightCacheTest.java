package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Over three shards of a checkpoint, of which the first, the vision tower, is in F16. */
class WeightCacheTest {

  @TempDir private Path temp;
  private Path folder;
  private Path cache;
  private Checkpoint checkpoint;

  @BeforeEach
  void copyCheckpoint() throws IOException {
    folder = Files.createDirectories(temp.resolve("model"));
    cache = temp.resolve("cache");
    Goldens.copyCheckpoint("gqa", folder);
    checkpoint = Checkpoint.open(folder);
  }

  private Checkpoint converted(TensorType type) {
    return new WeightCache(cache).converted(checkpoint, type);
  }

  private Path file(TensorType type) {
    return cache.resolve(
        "weights/"
            + checkpoint.digest()
            + "-"
            + type.name().toLowerCase(Locale.ROOT)
            + ".safetensors");
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32"})
  void onlyTensorsOfAnotherTypeLieInTheCache(TensorType type) throws IOException {
    Checkpoint converted = converted(type);
    assertThat(converted.folder()).isEqualTo(folder);
    assertThat(converted.digest()).isEqualTo(checkpoint.digest());
    assertThat(converted.tensors().keySet()).isEqualTo(checkpoint.tensors().keySet());
    for (TensorEntry before : checkpoint.tensors().values()) {
      TensorEntry after = converted.tensor(before.name());
      assertThat(after.type()).isEqualTo(type);
      assertThat(after.shape()).isEqualTo(before.shape());
      if (before.type() == type) {
        assertThat(after).isEqualTo(before);
      } else {
        assertThat(after.file()).isEqualTo(file(type));
        ByteBuffer expected =
            ByteBuffer.allocate((int) after.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        FloatConversion.between(before.type(), type).convert(bytes(before), expected);
        assertThat(bytes(after)).isEqualTo(expected.flip());
      }
    }
    assertThat(names(folder)).isEqualTo(names(Goldens.path("checkpoints/gqa")));
    assertThat(names(cache.resolve("weights")))
        .containsExactlyInAnyOrder("digests", name(type), name(type) + ".lock");
  }

  private String name(TensorType type) {
    return file(type).getFileName().toString();
  }

  private static ByteBuffer bytes(TensorEntry tensor) throws IOException {
    byte[] file = Files.readAllBytes(tensor.file());
    return ByteBuffer.wrap(file, (int) tensor.offset(), (int) tensor.bytes())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void weightsThatAreAllOfTheTypeNeedNoCache() throws IOException {
    Checkpoint bf16 = Checkpoint.open(Goldens.path("checkpoints/bf16"));
    assertThat(new WeightCache(cache).converted(bf16, TensorType.BF16)).isSameAs(bf16);
    assertThat(cache).doesNotExist();
  }

  @Test
  void theSameContentElsewhereFindsTheSameFile() throws IOException {
    converted(TensorType.BF16);
    Object made = Files.readAttributes(file(TensorType.BF16), "unix:ino");
    assertThat(converted(TensorType.BF16).tensors())
        .isEqualTo(converted(TensorType.BF16).tensors());
    Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
    Goldens.copyCheckpoint("gqa", elsewhere);
    Checkpoint copy = new WeightCache(cache).converted(Checkpoint.open(elsewhere), TensorType.BF16);
    assertThat(copy.tensors()).isEqualTo(converted(TensorType.BF16).tensors());
    assertThat(Files.readAttributes(file(TensorType.BF16), "unix:ino")).isEqualTo(made);
  }

  @Test
  void aHashIsRememberedUntilAFileChanges() throws IOException {
    WeightCache weights = new WeightCache(cache);
    Path shard = checkpoint.weightFiles().get(1);
    FileTime changed = FileTime.fromMillis(1_700_000_000_000L); // Java 17 sets no nanoseconds
    Files.setLastModifiedTime(shard, changed);
    String digest = weights.digest(checkpoint);
    assertThat(digest).isEqualTo(checkpoint.digest());
    flipLastBit(shard);
    Files.setLastModifiedTime(shard, changed);
    assertThat(weights.digest(Checkpoint.open(folder))).as("not read again").isEqualTo(digest);
    Files.setLastModifiedTime(shard, FileTime.fromMillis(changed.toMillis() + 1));
    String other = weights.digest(Checkpoint.open(folder));
    assertThat(other).isNotEqualTo(digest).isEqualTo(Checkpoint.open(folder).digest());
  }

  private static void flipLastBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aMemoryThatIsNoHashIsReplaced() throws IOException {
    WeightCache weights = new WeightCache(cache);
    weights.digest(checkpoint);
    Path digests = cache.resolve("weights/digests");
    Path memory = digests.resolve(names(digests).get(0));
    Files.writeString(memory, "half-wri");
    assertThat(weights.digest(checkpoint)).isEqualTo(checkpoint.digest());
    assertThat(memory).hasContent(checkpoint.digest());
  }

  /** What may have happened to a file in the cache. */
  enum Damage {
    TRUNCATED {
      @Override
      void harm(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.setLength(bytes.length() - 1);
        }
      }
    },
    LONGER {
      @Override
      void harm(Path file) throws IOException {
        Files.write(file, new byte[1], StandardOpenOption.APPEND);
      }
    },
    EMPTY {
      @Override
      void harm(Path file) throws IOException {
        Files.write(file, new byte[0]);
      }
    },
    HEADER_OVERWRITTEN {
      @Override
      void harm(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 8, 40, (byte) 0);
        Files.write(file, bytes);
      }
    },
    ANOTHER_CHECKPOINTS {
      @Override
      void harm(Path file) throws IOException {
        Files.delete(file);
        Files.copy(Goldens.path("checkpoints/bf16/model.safetensors"), file);
      }
    };

    abstract void harm(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotWholeIsMadeAnew(Damage damage) throws IOException {
    converted(TensorType.BF16);
    byte[] whole = Files.readAllBytes(file(TensorType.BF16));
    damage.harm(file(TensorType.BF16));
    assertThat(converted(TensorType.BF16).tensor("language_model.model.norm.weight").file())
        .isEqualTo(file(TensorType.BF16))
        .hasBinaryContent(whole);
  }

  @Test
  void whatADeadAttemptLeftIsReplaced() throws IOException {
    converted(TensorType.BF16);
    Path partial = Path.of(file(TensorType.BF16) + ".part");
    Files.move(file(TensorType.BF16), partial);
    converted(TensorType.BF16);
    assertThat(file(TensorType.BF16)).isRegularFile();
    assertThat(partial).doesNotExist();
  }

  @Test
  void withoutRoomTheCheckpointStaysAsItIs() throws IOException {
    long bytes = 1L << 60;
    TensorEntry huge =
        new TensorEntry(
            "huge", TensorType.F16, List.of(bytes / 2), checkpoint.weightFiles().get(0), 0, bytes);
    Checkpoint large = checkpoint.withTensors(new TreeMap<>(Map.of("huge", huge)));
    assertThat(new WeightCache(cache).converted(large, TensorType.BF16)).isSameAs(large);
    assertThat(names(cache.resolve("weights")))
        .containsExactlyInAnyOrder("digests", name(TensorType.BF16) + ".lock");
  }

  @Test
  void withoutAFolderTheCheckpointStaysAsItIs() throws IOException {
    Files.writeString(cache, "a file where the folder should be");
    assertThat(converted(TensorType.BF16)).isSameAs(checkpoint);
    assertThat(new WeightCache(cache).digest(checkpoint)).isEqualTo(checkpoint.digest());
  }

  @Test
  void manyThreadsMakeOneFile() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Checkpoint>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        TensorType type = i % 2 == 0 ? TensorType.BF16 : TensorType.F16;
        all.add(threads.submit(() -> converted(type)));
      }
      for (int i = 0; i < all.size(); i++) {
        TensorType type = i % 2 == 0 ? TensorType.BF16 : TensorType.F16;
        assertThat(all.get(i).get().tensors()).isEqualTo(converted(type).tensors());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names(cache.resolve("weights"))).noneMatch(name -> name.endsWith(".part"));
  }

  /** Converts the checkpoint of the first argument into the cache of the second. */
  static final class Conversion {
    private Conversion() {}

    public static void main(String[] args) {
      Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]));
      Checkpoint converted =
          new WeightCache(Path.of(args[1])).converted(checkpoint, TensorType.BF16);
      System.exit(converted == checkpoint ? 1 : 0);
    }
  }

  @Test
  void manyProcessesMakeOneFile() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  System.getProperty("java.home")
                      + File.separator
                      + "bin"
                      + File.separator
                      + "java",
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Conversion.class.getName(),
                  folder.toString(),
                  cache.toString())
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    Object made = Files.readAttributes(file(TensorType.BF16), "unix:ino");
    converted(TensorType.BF16);
    assertThat(Files.readAttributes(file(TensorType.BF16), "unix:ino")).isEqualTo(made);
    assertThat(names(cache.resolve("weights")))
        .containsExactlyInAnyOrder(
            "digests", name(TensorType.BF16), name(TensorType.BF16) + ".lock");
  }

  @Test
  void nothingStaysOpen() throws IOException {
    converted(TensorType.BF16);
    converted(TensorType.BF16);
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(descriptors.map(WeightCacheTest::target))
          .noneMatch(target -> target.startsWith(temp.toString()));
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile, as the one that lists them
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
