package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir private java.nio.file.Path folder;

  private static FileSystem local() throws IOException {
    return FileSystem.getLocal(new Configuration()).getRawFileSystem();
  }

  @Test
  void whatIsWrittenIsInTheFile() throws IOException {
    Path file = new Path(folder.toUri().toString(), "new/a");
    try (OutputStream out = OutputFile.create(local(), file, false)) {
      out.write('a');
      out.write(new byte[] {'b', 'c', 'd'}, 1, 1);
    }
    assertThat(folder.resolve("new/a")).hasContent("ac");
    assertThatThrownBy(() -> OutputFile.create(local(), file, false))
        .isInstanceOf(org.apache.hadoop.fs.FileAlreadyExistsException.class)
        .hasMessageContaining("new/a");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderThatCannotBeMadeIsExplained() {
    Path file = new Path("file:/proc/prumerge/run/a");
    assertThatThrownBy(() -> OutputFile.create(local(), file, false))
        .isInstanceOf(WriteException.class)
        .hasMessageStartingWith("Cannot write " + file + ": no folder can be made in /proc")
        .hasMessageEndingWith("; name another place");
  }

  /** The kernel's own disk that is always full. */
  @Test
  @Tag("process")
  @EnabledOnOs(OS.LINUX)
  void aFullDiskNamesTheFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("full"), java.nio.file.Path.of("/dev/full"));
    Path file = new Path(folder.toUri().toString(), "full");
    assertThatThrownBy(
            () -> {
              try (OutputStream out = OutputFile.create(local(), file, true)) {
                out.write(new byte[1 << 20]);
              }
            })
        .isInstanceOf(WriteException.class)
        .hasMessage("Cannot write " + file + ": No space left on device");
  }
}
