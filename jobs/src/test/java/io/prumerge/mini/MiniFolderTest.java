package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.console.UsageException;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniFolderTest {

  @TempDir private Path parent;

  private void write(Path folder, MiniFolder.Addition addition) throws IOException {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    new MiniFolder(folder, new Console(nowhere, nowhere, Console.UNLIMITED))
        .write(Split.TEST, 1, 2, addition);
  }

  @Test
  void theFolderHasItsNameOnlyOnceItIsWhole() throws IOException {
    Path folder = parent.resolve("mini");

    write(
        folder,
        partial -> {
          assertThat(folder).doesNotExist();
          Files.createFile(partial.resolve("more"));
        });

    assertThat(folder.resolve("more")).exists();
    assertThat(parent.toFile().list()).containsExactly("mini");
  }

  @Test
  void whatAKilledAttemptHasLeftIsDeleted() throws IOException {
    Path old = Files.createDirectories(parent.resolve(".mini.drawing/an-attempt/pope"));
    Files.writeString(old.resolve("pope.json"), "[");

    write(parent.resolve("mini"), partial -> assertThat(old).doesNotExist());

    assertThat(parent.toFile().list()).containsExactly("mini");
  }

  @Test
  void anotherProgramsFolderStaysWhenWritingFails() throws IOException {
    Path others = parent.resolve("mini");

    assertThatThrownBy(
            () ->
                write(
                    others,
                    partial -> {
                      Files.writeString(Files.createDirectory(others).resolve("results"), "all");
                      throw new IOException("disk full");
                    }))
        .hasMessageStartingWith("Cannot write " + parent.resolve(".mini.drawing"))
        .hasMessageEndingWith(": disk full");

    assertThat(others.resolve("results")).hasContent("all");
    assertThat(parent.toFile().list()).containsExactly("mini");
  }

  @Test
  void aFolderMadeMeanwhileIsNotReplaced() throws IOException {
    Path others = parent.resolve("mini");
    for (List<String> files : List.of(List.<String>of(), List.of("results"))) {
      assertThatThrownBy(
              () ->
                  write(
                      others,
                      partial -> {
                        Files.createDirectories(others);
                        for (String file : files) {
                          Files.createFile(others.resolve(file));
                        }
                      }))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("was made by somebody else meanwhile");
      assertThat(others.toFile().list()).containsExactlyElementsOf(files);
    }
    assertThat(parent.toFile().list()).containsExactly("mini");
  }
}
