package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

  /** Hadoop's own disk starts a process for every file. */
  @Test
  void aCommandWithoutSparkWritesToTheQuickDisk() throws IOException {
    assumeThat(QuickLocalFileSystem.helps()).isTrue();

    try (FileSystem disk =
        FileSystem.newInstance(
            URI.create("file:///"), Folders.withoutSpark(Console.SILENT).hadoop())) {
      assertThat(disk).isInstanceOf(QuickLocalFileSystem.class);
    }
  }

  @Test
  void refusesAPlaceBelowAFile(@TempDir java.nio.file.Path folder) throws IOException {
    Folders folders = Folders.withoutSpark(Console.SILENT);
    java.nio.file.Path file = Files.createFile(folder.resolve("file"));

    assertThat(folders.absent(Setting.OUTPUT, folder.resolve("a/b/c").toString()).getName())
        .isEqualTo("c");
    assertThatThrownBy(() -> folders.absent(Setting.OUTPUT, file.resolve("a/b").toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(
            " %s/a/b cannot be made: file:%s is a file; name a folder elsewhere", file, file);
  }

  @Test
  void refusesAPlaceThatCannotBeWritten(@TempDir java.nio.file.Path folder) {
    assumeThat(folder.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(folder)).as("some users write everywhere").isFalse();
    Folders folders = Folders.withoutSpark(Console.SILENT);

    assertThatThrownBy(() -> folders.absent(Setting.OUTPUT, folder.resolve("a/b").toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(
            " %s/a/b cannot be made: file:%s is not writable; name a folder elsewhere",
            folder, folder);
  }

  @Test
  void saysWhatItLookedForWhereAFileSystemDoesNotAnswer() {
    Folders folders = Folders.withoutSpark(Console.SILENT);
    folders.hadoop().setClass("fs.closed.impl", ClosedFileSystem.class, FileSystem.class);

    assertThatThrownBy(() -> folders.present(Setting.RUNS, "closed:/runs/a"))
        .isInstanceOf(Failure.class)
        .hasMessageEndingWith(" closed:/runs/a: no credentials were given");
  }

  /** A store that refuses every question. */
  public static final class ClosedFileSystem extends RawLocalFileSystem {

    @Override
    public URI getUri() {
      return URI.create("closed:///");
    }

    @Override
    public boolean exists(Path path) throws IOException {
      throw new IOException("no credentials were given");
    }
  }
}
