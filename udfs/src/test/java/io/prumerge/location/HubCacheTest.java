package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubCacheTest {

  @ParameterizedTest
  @CsvSource({
    ", /home/me/.cache/huggingface/hub",
    "XDG_CACHE_HOME=/x, /x/huggingface/hub",
    "HF_HOME=/hf XDG_CACHE_HOME=/x, /hf/hub",
    "HF_HOME=~/hf, /home/me/hf/hub",
    "HF_HOME=$SCRATCH/hf SCRATCH=/s, /s/hf/hub",
    "HF_HOME=${SCRATCH}/$NOT SCRATCH=/s, /s/$NOT/hub",
    "HUGGINGFACE_HUB_CACHE=/old HF_HOME=/hf, /old",
    "HF_HUB_CACHE=/c HUGGINGFACE_HUB_CACHE=/old HF_HOME=/hf, /c"
  })
  void isWhereTheHubsOwnProgramHasIt(String variables, String root) {
    Map<String, String> environment = new TreeMap<>();
    if (variables != null) {
      for (String variable : variables.split(" ")) {
        environment.put(variable.replaceFirst("=.*", ""), variable.replaceFirst(".*?=", ""));
      }
    }

    assertThat(HubCache.of(environment, "/home/me").root()).isEqualTo(Path.of(root));
  }

  @Test
  void aSplitHasAllItsPartsAndOthersMayLack(@TempDir Path root) throws IOException {
    Path snapshot = root.resolve("datasets--lmms-lab--POPE/snapshots/" + "b".repeat(40));
    Path data = Files.createDirectories(snapshot.resolve("data"));
    Files.createDirectories(root.resolve("datasets--lmms-lab--POPE/refs"));
    Files.writeString(root.resolve("datasets--lmms-lab--POPE/refs/main"), "b".repeat(40) + "\n");
    HubCache cache = new HubCache(root);
    Files.createFile(data.resolve("test-00000-of-00001.parquet"));
    Files.createFile(data.resolve("validation-00001-of-00003.parquet"));
    Files.createFile(data.resolve("validation-00002-of-00003.parquet"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.find(HubKind.DATASET, "hf:lmms-lab/POPE", none -> Optional.empty()))
        .withMessageContaining("2 of 3 files data/validation-*-of-00003.parquet are there")
        .withMessageEndingWith(
            "finish the download: hf download --repo-type dataset lmms-lab/POPE");

    Files.createFile(data.resolve("validation-00000-of-00003.parquet"));
    assertThat(cache.find(HubKind.DATASET, "lmms-lab/POPE", none -> Optional.empty()))
        .contains(snapshot);
  }

  /** What a finished run had, of which nothing is read any more. */
  @ParameterizedTest
  @CsvSource({
    "hf:a/b, models--a--b, 1, true",
    "a/b@v1, models--a--b, 1, true",
    "a/b@v1, models--a--b, 2, true",
    "a/b@moved, models--a--b, 1, false",
    "a/b@moved, models--a--b, 2, true",
    "a/b, models--a--c, 1, false",
    "a/b, datasets--a--b, 1, false"
  })
  void aNameMayHaveBeenWhatThisCacheKnowsNoOtherCommitOf(
      String text, String repo, String digit, boolean expected, @TempDir Path root)
      throws IOException {
    Path refs = Files.createDirectories(root.resolve("models--a--b/refs"));
    Files.writeString(refs.resolve("moved"), "2".repeat(40));
    HubName name = HubName.read(HubKind.MODEL, text).orElseThrow();
    HubCache cache = new HubCache(root);
    String snapshot = "/elsewhere/hub/" + repo + "/snapshots/" + digit.repeat(40);

    assertThat(cache.mayHaveBeen(name, snapshot)).isEqualTo(expected);
    assertThat(cache.mayHaveBeen(name, "/models/b")).isFalse();
    HubName pinned = HubName.read(HubKind.MODEL, "a/b@" + "1".repeat(40)).orElseThrow();
    assertThat(cache.mayHaveBeen(pinned, "/hub/models--a--b/snapshots/" + "2".repeat(40)))
        .isFalse();
  }
}
