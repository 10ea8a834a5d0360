package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.prumerge.console.Console;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;

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
}
