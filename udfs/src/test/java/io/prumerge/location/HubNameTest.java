package io.prumerge.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubNameTest {

  @Test
  void saysHowToDownloadWhatLooksLikeAName() {
    String command = "hf download llava-hf/llava-1.5-7b-hf --local-dir llava-1.5-7b-hf";

    assertThat(HubName.ofModel(Path.of("llava-hf/llava-1.5-7b-hf")))
        .isEqualTo(
            "; if that is a name on Hugging Face's hub, download it and give the folder: "
                + command);
    assertThat(HubName.ofModel(Path.of("llava-hf/llava-1.5-7b-hf").toAbsolutePath()))
        .as("as a checkpoint's folder is known by then")
        .endsWith(command);
    assertThat(HubName.ofDataset(Path.of("lmms-lab/POPE")))
        .endsWith(": hf download --repo-type dataset lmms-lab/POPE --local-dir POPE");
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
          .endsWith(
              "hf download llava-hf/llava --local-dir " + here.relativize(owner).resolve("llava"));
    } finally {
      Files.delete(owner);
    }
  }
}
