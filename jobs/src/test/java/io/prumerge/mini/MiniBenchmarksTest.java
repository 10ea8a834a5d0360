package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MiniBenchmarksTest {

  @TempDir private Path folder;

  /** Returns the SHA-256 of every file by path. */
  private static Map<String, String> tree(Path folder) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(folder.relativize(file).toString(), sha256(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private Map<String, String> written(String name, Split split, long seed, int images)
      throws IOException {
    Path output = folder.resolve(name);
    MiniBenchmarks.write(output, split, seed, images, done -> {});
    return tree(output);
  }

  @ParameterizedTest
  @CsvSource({"TEST,1", "TRAIN,37", "TEST,257"})
  void theSameArgumentsGiveTheSameBytesAndTellHowFarTheyAre(Split split, int images)
      throws IOException {
    Map<String, String> first = written("first", split, 3, images);

    List<Integer> done = new ArrayList<>();
    Path second = folder.resolve("second");
    MiniBenchmarks.write(second, split, 3, images, done::add);
    assertThat(first).isNotEmpty();
    assertThat(tree(second)).isEqualTo(first);
    assertThat(done).isEqualTo(images > 256 ? List.of(256, images) : List.of(images));
  }

  @ParameterizedTest
  @EnumSource
  void anotherSeedGivesOtherBytes(Split split) throws IOException {
    assertThat(written("second", split, 4, 1)).isNotEqualTo(written("first", split, 3, 1));
  }

  @Test
  void theSixFirstBenchmarksKeepTheirBytes() throws IOException {
    Map<String, String> tree = written("mini", Split.TEST, 7, 40);
    tree.keySet().removeIf(name -> name.matches("(refcoco|documents|docvqa|chartqa)/.*"));

    assertThat(tree).hasSize(167);
    assertThat(sha256(tree.toString().getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("0702b8c115a412ca9a92b2dc736b79731609dec5ca21466eac4c49cbcc93144f");
  }

  @Test
  void theSplitsShareNoPicture() throws IOException {
    Set<String> test = pictures(written("test", Split.TEST, 3, 60));
    Set<String> train = pictures(written("train", Split.TRAIN, 3, 60));

    assertThat(test).as("pictures of scenes and of pages").hasSize(60 + 30);
    assertThat(train).hasSize(60 + 30);
    train.retainAll(test);
    assertThat(train).isEmpty();
  }

  private static Set<String> pictures(Map<String, String> tree) {
    Set<String> pictures = new HashSet<>();
    tree.forEach(
        (name, hash) -> {
          if (name.endsWith(".jpg") || name.endsWith(".png")) {
            pictures.add(hash);
          }
        });
    return pictures;
  }

  @Test
  void onePictureGivesWholeFiles() throws IOException {
    for (int seed = 0; seed < 12; seed++) {
      Path output = folder.resolve("one-" + seed);
      Map<String, WrittenCounts> tallies =
          MiniBenchmarks.write(output, Split.TRAIN, seed, 1, done -> {});

      assertThat(tallies.get("vqav2")).isEqualTo(new WrittenCounts(1, 1));
      assertThat(tallies.get("mme")).isEqualTo(new WrittenCounts(1, 2));
      assertThat(tallies.get("scienceqa")).isEqualTo(new WrittenCounts(1, 1));
      assertThat(tallies.get("mmbench").images()).isEqualTo(1);
      assertThat(tallies.get("documents")).isEqualTo(new WrittenCounts(1, 3));
      assertThat(tallies.get("docvqa")).isEqualTo(new WrittenCounts(1, 1));
      boolean empty = tallies.get("pope").questions() == 0;
      assertThat(Files.size(output.resolve("pope/llava_pope_test.jsonl")) == 0).isEqualTo(empty);
    }
  }
}
