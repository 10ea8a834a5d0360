package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {

  @Test
  void aNameMayHaveAPrefixAndARevision() {
    assertThat(HubName.read(HubKind.MODEL, "hf:llava-hf/llava-1.5-7b-hf@refs/pr/1"))
        .contains(new HubName(HubKind.MODEL, "llava-hf/llava-1.5-7b-hf", Optional.of("refs/pr/1")))
        .hasValueSatisfying(
            name ->
                assertThat(name.download(""))
                    .isEqualTo("hf download llava-hf/llava-1.5-7b-hf --revision refs/pr/1"));
    assertThat(
            HubName.read(HubKind.DATASET, "lmms-lab/VQAv2")
                .orElseThrow()
                .download("--include 'a*'"))
        .isEqualTo("hf download --repo-type dataset lmms-lab/VQAv2 --include 'a*'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:gpt2",
        "hf:a/b/c",
        "hf:../b",
        "hf:a/..",
        "hf:a/b@",
        "hf:a/b@..",
        "hf:a/b@../../x",
        "hf:a/b@/etc",
        "hf:a--b/c",
        "hf:a/b..c",
        "hf:a/b c"
      })
  void whatHasThePrefixIsAName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HubName.read(HubKind.MODEL, text))
        .withMessageContaining("'" + text + "' names nothing on Hugging Face's hub");
  }

  @Test
  void aPathThatExistsIsNoName() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path owner = Files.createTempDirectory(here, "owner");
    String name = owner.getFileName() + "/model";
    try {
      assertThat(HubName.read(HubKind.MODEL, name)).isPresent();
      Files.createDirectory(owner.resolve("model"));
      assertThat(HubName.read(HubKind.MODEL, name)).isEmpty();
    } finally {
      Files.delete(owner.resolve("model"));
      Files.delete(owner);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf:llava-hf/llava-1.5-7b-hf@main, llava-1.5-7b-hf",
    "/c/hub/models--a--b-c/snapshots/0123456789012345678901234567890123456789, b-c",
    "/c/hub/datasets--a--B/snapshots/0123456789012345678901234567890123456789/, B",
    "/models/llava/, llava",
    "file:/models/llava, llava",
    "llava, llava"
  })
  void theLastPartIsTheModelsName(String place, String last) {
    assertThat(HubName.last(place)).isEqualTo(last);
  }

  @Test
  void saysHowToDownloadWhatLooksLikeAName() {
    String command = ": hf download llava-hf/llava-1.5-7b-hf";

    assertThat(HubName.ofModel(Path.of("llava-hf/llava-1.5-7b-hf")))
        .isEqualTo(
            "; if that is a name on Hugging Face's hub, it is not in the cache of this host; download it"
                + command);
    assertThat(HubName.ofModel(Path.of("llava-hf/llava-1.5-7b-hf").toAbsolutePath()))
        .as("as a checkpoint's folder is known by then")
        .endsWith(command);
    assertThat(HubName.ofDataset(Path.of("lmms-lab/POPE")))
        .endsWith(": hf download --repo-type dataset lmms-lab/POPE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llava-1.5-7b-hf", "a/b/c", "/models/llava", "../a/b", "a b/c", ".a/b", ".", ""})
  void aPathIsNoName(String path) {
    assertThat(HubName.ofModel(Path.of(path))).isEmpty();
  }

  @Test
  void aFolderThatIsThereIsNoOwnerButMayHoldOne() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path owner = Files.createTempDirectory(here, "owner");
    try {
      assertThat(HubName.ofModel(owner.resolve("modle"))).isEmpty();
      assertThat(HubName.ofModel(owner.resolve("llava-hf/llava")))
          .as("a sweep file's model, which is relative to the file")
          .endsWith("hf download llava-hf/llava");
    } finally {
      Files.delete(owner);
    }
  }
}
