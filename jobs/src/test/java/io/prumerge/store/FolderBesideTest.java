package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBesideTest {

  private static final Folders FOLDERS = Folders.withoutSpark(Console.SILENT);

  @TempDir private Path root;

  private FolderBeside beside(String output) {
    return new FolderBeside(path(output), path("csv"), FOLDERS);
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("file:" + root.resolve(name));
  }

  private static void write(FolderBeside beside, String text) throws IOException {
    beside.write(
        partial -> {
          try (OutputStream out =
              OutputFile.create(
                  FOLDERS.fileSystem(partial),
                  new org.apache.hadoop.fs.Path(partial, "a.csv"),
                  false)) {
            out.write(text.getBytes());
          }
        });
  }

  @Test
  void replacesWhatItsOwnCommandLeft() throws IOException {
    write(beside("report"), "first");
    assertThat(beside("report").isLeft()).isTrue();

    write(beside("report"), "second");
    assertThat(root.resolve("csv/a.csv")).hasContent("second");
    beside("report").finish();
    assertThat(beside("report").isLeft()).isFalse();
    assertThat(root).isDirectoryNotContaining("glob:**/.csv*");
  }

  @Test
  void replacesNothingElse() throws IOException {
    write(beside("report"), "first");
    assertThat(beside("other").isLeft()).as("of another command").isFalse();

    Files.writeString(root.resolve("csv/b.csv"), "a user's");
    assertThat(beside("report").isLeft()).as("changed").isFalse();
    assertThatThrownBy(() -> write(beside("report"), "second"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(root.resolve("csv/b.csv")).hasContent("a user's");
    Files.delete(root.resolve("csv/b.csv"));
    assertThat(beside("report").isLeft()).isFalse();
  }

  @Test
  void aWholeOutputLeavesNothing() throws IOException {
    write(beside("report"), "first");
    Files.createDirectory(root.resolve("report"));

    assertThat(beside("report").isLeft()).isFalse();
  }
}
