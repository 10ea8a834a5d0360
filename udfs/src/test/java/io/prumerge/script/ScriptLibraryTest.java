package io.prumerge.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptLibraryTest {

  @TempDir private Path folder;

  @Test
  void aFileIsReadByPathAndByUrl() throws IOException {
    Path file = Files.write(folder.resolve("a.pt"), new byte[] {1, 2, 3});

    ScriptFile byPath = ScriptLibrary.read(file.toString());
    ScriptFile byUrl = ScriptLibrary.read(file.toUri().toString());

    assertThat(byPath).isEqualTo(byUrl).hasSameHashCodeAs(byUrl);
    assertThat(byPath.name()).isEqualTo("a.pt");
    // sha256sum of the bytes 1 2 3
    assertThat(byPath.sha256())
        .isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    assertThat(byPath.digest()).isEqualTo("039058c6f2c0cb49");
    assertThat(byPath.open().readAllBytes()).containsExactly(1, 2, 3);
    assertThat(ScriptLibrary.find("a.pt", "039058c6f2c0cb49")).contains(byPath);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.read(folder + "/b.pt"))
        .withMessage("Cannot read the script " + folder + "/b.pt: there is no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.read("file:" + folder + "/b.pt"))
        .withMessage("Cannot read the script file:" + folder + "/b.pt: there is no such file");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.read(folder.toString()))
        .withMessageStartingWith("Cannot read the script " + folder + ": ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.read("nosuchscheme://host/b.pt"))
        .withMessageStartingWith("Cannot read the script nosuchscheme://host/b.pt: ");
  }

  @Test
  void aNameStandsForOneFileOnly() {
    ScriptFile one = new ScriptFile("same.pt", new byte[] {1});
    ScriptLibrary.add(one);
    assertThat(ScriptLibrary.named("same.pt")).isEqualTo(one);

    ScriptLibrary.add(new ScriptFile("same.pt", new byte[] {2}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.named("same.pt"))
        .withMessageStartingWith("Cannot tell 2 scripts 'same.pt' apart; add sha256=");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptLibrary.named("/etc/passwd"))
        .withMessageStartingWith("Unknown script '/etc/passwd'; only a method of");
  }
}
