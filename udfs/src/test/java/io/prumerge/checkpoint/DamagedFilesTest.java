package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.family.Families;
import io.prumerge.family.ImageFiles;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged file of a model's folder is named in words, without names of Java's classes. */
class DamagedFilesTest {
  private static final Path MINI = Path.of(System.getProperty("project.root"), "conf/mini-llava");

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(MINI)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "generation_config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "tokenizer_config.json"
      })
  void ofJson(String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    byte[] other = {0, 0, 0, 1, 0, 0, 0, 2, 0, 0x11, 0, 3}; // like UTF-32, but none
    byte[] latin =
        new String(whole, StandardCharsets.UTF_8)
            .replaceFirst("[a-z]", "\u00e4")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] number = "{\"add_bos_token\": NaN}".getBytes(StandardCharsets.UTF_8);
    for (byte[] damaged : new byte[][] {cut, other, latin, number}) {
      Files.write(file, damaged);
      assertNamed(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json", "model.safetensors"})
  void aFolderInAFilesPlace(String name) throws IOException {
    Files.delete(folder.resolve(name));
    Files.createDirectory(folder.resolve(name));
    assertNamed(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "5", "\"<image>\"", "{}", "null"})
  void addedTokensThatAreNoList(String value) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    String whole = Files.readString(file);
    int list = whole.indexOf('[');
    Files.writeString(
        file, whole.substring(0, list) + value + whole.substring(whole.indexOf(']') + 1));
    assertThatThrownBy(this::read)
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.json: added_tokens must be a list but is " + value);
  }

  private void assertNamed(String file) {
    assertThatThrownBy(this::read)
        .message()
        .contains(file)
        .doesNotContain("Exception", "[Source", "enable `", "\n");
  }

  private void read() {
    Checkpoint.open(folder);
    ImageFiles.llava(folder);
    LlavaTokenizer.load(folder, Families.tokenizers()).close();
  }
}
